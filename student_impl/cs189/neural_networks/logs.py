"""Where a run leaves its hyperparameters, losses and plot."""

import json
from pathlib import Path


class Logger:
    """Writes to experiments/NAME."""

    def __init__(self, model_name, root="experiments"):
        self.folder = Path(root) / model_name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.losses = {"training": [], "validation": []}

    def push(self, training, validation):
        """Keep the losses of an epoch."""
        self.losses["training"].append(float(training))
        self.losses["validation"].append(float(validation))

    def save(self, settings, results):
        """Write everything."""
        record = {"settings": settings, "results": results, "losses": self.losses}
        (self.folder / "log.json").write_text(json.dumps(record, indent=1))

    def plot(self):
        """Draw the losses over the epochs."""
        import matplotlib

        matplotlib.use("Agg")
        import matplotlib.pyplot as plt

        figure, axes = plt.subplots()
        for name, values in self.losses.items():
            axes.plot(range(1, len(values) + 1), values, label=name)
        axes.set(title=f"Iris: {self.folder.name}", xlabel="epoch", ylabel="cross-entropy")
        axes.legend()
        figure.savefig(self.folder / "loss.png")
        plt.close(figure)

"""In the worker: of scikit-learn, what starter code needs to get MNIST and to split it."""

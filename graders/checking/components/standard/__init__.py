"""The standard checks of a component: their titles, and what each does."""

"""Laws and transitions: the model's equations and what an event does to a customer, written once for both engines."""

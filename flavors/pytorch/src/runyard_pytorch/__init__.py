"""PyTorch models: ``save_model``, ``log_model``, ``load_model`` and ``autolog``."""

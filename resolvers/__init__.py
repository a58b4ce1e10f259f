"""How a field gets its value: loaders over sources and customers, on the canonical model."""

"""From definitions and a wish to a graph of keyed actions; pure, may import load and model."""

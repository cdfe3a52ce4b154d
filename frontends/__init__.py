"""Readers of model files, one package a format."""

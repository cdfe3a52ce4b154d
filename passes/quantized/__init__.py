"""What the passes on explicit quantizers share: finding layers between them, and computing output stages."""

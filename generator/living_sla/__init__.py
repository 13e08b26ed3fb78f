"""Living Service Level Agreements of marketing and sales: YAML and CSV in git become a published site."""

__version__ = "0.1.0"

"""The reference application: three pipelines on one Faust app."""

"""The one gate through which untrusted text reaches a person."""

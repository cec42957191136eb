"""Errors: certificates that cannot be used, and those that are not there."""


class CertificateRefused(Exception):
    """A certificate or its key cannot be used; the text names the file and the reason."""


class CertificatesMissing(Exception):
    """This machine has no certificates of its own; the text says what to do."""

"""How the data is encrypted that an endpoint writes to Amazon S3: to keep it there, or on its way to Amazon Redshift."""

from dataclasses import dataclass

from dms_checks.connection_attributes import connection_attributes
from dms_checks.model import Resource, Truth, Value

_SETTINGS = {
    # The engine's name, and what of the vocabulary holds its encryption mode and its key.
    "s3": ("s3_encryption_mode", "s3_key"),
    "redshift": ("redshift_encryption_mode", "redshift_key"),
    "redshift-serverless": ("redshift_encryption_mode", "redshift_key"),
}

_EXTRA_MODE, _EXTRA_KEY = "encryptionMode", "serverSideEncryptionKmsKeyId"


@dataclass(frozen=True, slots=True)
class ServerSideEncryption:
    """Mode and key, as settings or as extra connection attributes say, and what both are called where they stand, or where they belong.

    ``asked`` is unknown where it can't be told whether the endpoint is a target: nothing is written by a source.
    """

    asked: Truth
    mode: Value
    key: Value
    mode_spelling: str
    key_spelling: str

    @property
    def with_kms(self) -> Truth:
        """Whether the mode is SSE_KMS. Left out, it is SSE_S3."""
        return self.mode.is_word("sse-kms")

    @property
    def without_key(self) -> Truth:
        """Whether the mode needs a key, and there is none."""
        return self.with_kms & ~self.key.given

    @property
    def with_idle_key(self) -> Truth:
        """Whether there is a key, and the mode makes no use of it."""
        return ~self.with_kms & self.key.given


def server_side_encryption(endpoint: Resource) -> ServerSideEncryption | None:
    """The encryption of what an endpoint writes to S3; None for engines that write elsewhere, or whose name is not known."""
    names = _SETTINGS.get(endpoint["engine"].word or "")
    asked = endpoint["endpoint_type"].is_word("target")
    if names is None or asked is Truth.NO:
        return None
    extra = connection_attributes(endpoint["extra_connection_attributes"])
    mode, key = names
    extra_mode, extra_key = extra[_EXTRA_MODE], extra[_EXTRA_KEY]
    mode_in_extra = _only(extra_mode, endpoint[mode])
    key_in_extra = _only(extra_key, endpoint[key])
    # What is not written yet goes where the other one stands.
    mode_in_extra |= key_in_extra and extra_mode.is_absent and endpoint[mode].is_absent
    key_in_extra |= mode_in_extra and extra_key.is_absent and endpoint[key].is_absent
    return ServerSideEncryption(
        asked,
        _either(endpoint[mode], extra_mode),
        _either(endpoint[key], extra_key),
        f"{_EXTRA_MODE} in {endpoint.spelling('extra_connection_attributes')}" if mode_in_extra else endpoint.spelling(mode),
        _EXTRA_KEY if key_in_extra else endpoint.spelling(key),
    )


def _only(extra: Value, setting: Value) -> bool:
    """Whether something stands in the extra connection attributes and nowhere else."""
    return extra.is_known and setting.is_absent


def _either(setting: Value, extra: Value) -> Value:
    """What counts where both ways are used is not documented, unless both say the same."""
    if extra.is_absent or (setting.is_known and extra.is_known and setting.content == extra.content):
        return setting
    return extra if setting.is_absent else Value.unknown(setting.path)

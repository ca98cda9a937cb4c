"""The rules in the order of their ids, and the ids that are retired."""

from dms_checks.rule import Rule
from dms_checks.rules import (
    asymmetric_kms_key,
    could_not_be_evaluated,
    data_migration_logging,
    egress_too_narrow,
    endpoint_without_tls,
    in_use_replacement,
    invalid_settings_document,
    kms_key_change_replaces,
    kms_key_disabled,
    managed_master_secret,
    minor_version_upgrade,
    missing_kms_key,
    mongodb_without_authentication,
    multi_az_with_availability_zone,
    neptune_without_iam,
    password_change_in_use,
    publicly_accessible,
    secret_ignored,
    secure_string,
    server_side_key_mode_mismatch,
    single_az,
    source_logging,
    target_data_not_encrypted_with_kms,
    target_logging,
    tls_certificate,
    tls_mode_not_supported,
    vpc_endpoint_not_supported,
)

RULES: tuple[Rule, ...] = (
    could_not_be_evaluated.RULE,
    asymmetric_kms_key.RULE,
    missing_kms_key.RULE,
    target_data_not_encrypted_with_kms.RULE,
    server_side_key_mode_mismatch.RULE,
    kms_key_disabled.RULE,
    endpoint_without_tls.RULE,
    tls_mode_not_supported.RULE,
    tls_certificate.RULE,
    egress_too_narrow.RULE,
    vpc_endpoint_not_supported.RULE,
    publicly_accessible.RULE,
    managed_master_secret.RULE,
    mongodb_without_authentication.RULE,
    neptune_without_iam.RULE,
    secret_ignored.RULE,
    secure_string.RULE,
    source_logging.RULE,
    target_logging.RULE,
    invalid_settings_document.RULE,
    data_migration_logging.RULE,
    minor_version_upgrade.RULE,
    single_az.RULE,
    multi_az_with_availability_zone.RULE,
    kms_key_change_replaces.RULE,
    password_change_in_use.RULE,
    in_use_replacement.RULE,
)

NOT_EVALUATED = could_not_be_evaluated.RULE

RETIRED: dict[int, str] = {}
"""Numbers that were given once, and why they are gone. None is used again."""

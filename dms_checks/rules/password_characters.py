"""DMS54: a password has, or may get, a character that AWS DMS refuses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dms_checks.credentials import spelled
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.json_text import document
from dms_checks.model import Dialect, Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import DATABASE_PASSWORDS, ENDPOINT, PASSWORD_GENERATOR, SECRET, SECRET_VERSION

REFUSED = ";.:+"
"""``security_iam_secretsmanager`` of the AWS DMS user guide, 2023 and 2026. The table in ``CHAP_Endpoints.Creating`` has others, by engine."""

WORDS = "semicolon, full stop, colon or plus sign"
"""The same for messages: hosts split theirs at colons."""

_JSON_KEY = re.compile(r":SecretString:([^:}]+)[:}]")


@dataclass(frozen=True, slots=True)
class _Password:
    """Whether a password has a refused character, what to write about it, and the resource that makes it."""

    truth: Truth
    words: str = ""
    maker: Resource | None = None


_UNKNOWN = _Password(Truth.UNKNOWN)


def check(endpoint: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the password of the database, and that in the secret which the endpoint names."""
    for name in DATABASE_PASSWORDS:
        value = endpoint[name]
        if not value.is_absent:
            yield _claim(endpoint, f"has {spelled(value)}", value, _password(_first(value, endpoint), deployment))
    secret = endpoint["secret"]
    if not secret.is_absent:
        yield _claim(endpoint, "takes its password", secret, _in_secret(secret, deployment))


def _claim(endpoint: Resource, has: str, value: Value, password: _Password) -> Claim:
    related = () if password.maker is None else (password.maker,)
    return Claim(password.truth, value, f"{endpoint} {has} {password.words}", related)


def _first(value: Value, endpoint: Resource) -> Value:
    """The password of the database. For Oracle those of ASM and of the encrypted columns may follow, behind commas: keys with a plus in them."""
    if value.text is None or endpoint["engine"].is_word("oracle") is Truth.NO:
        return value
    return Value.known(value.text.partition(",")[0], value.path)


def _password(value: Value, deployment: Deployment) -> _Password:
    if value.text is not None:
        return _Password(_refused(value), f"with a {WORDS}, which AWS DMS refuses; change the password")
    generator = deployment.target(value, PASSWORD_GENERATOR)
    if generator is not None:
        return _generated(generator)
    return _resolved(value, deployment)


def _refused(value: Value) -> Truth:
    return Truth.UNKNOWN if value.text is None else Truth.of(bool(set(REFUSED) & set(value.text)))


def _generated(generator: Resource) -> _Password:
    special = generator["special"].is_word("true")
    characters = _refused(generator["special_characters"])
    return _Password(
        special & characters,
        f"from {generator.where}, which may take a {WORDS}, characters that AWS DMS refuses; "
        f"set {generator.spelling('special_characters')} to !#$-_=?",
        generator,
    )


# --- Secrets Manager --------------------------------------------------------------------------------------------------


def _in_secret(value: Value, deployment: Deployment) -> _Password:
    """The password in the secret that a value names."""
    found = deployment.target(value, SECRET, SECRET_VERSION)
    secret = deployment.target(found["secret"], SECRET) if found is not None and found.kind is SECRET_VERSION else found
    if secret is None:
        return _UNKNOWN
    if secret.dialect is Dialect.CLOUDFORMATION:
        return _in_template(secret, "password")
    versions = deployment.referrers(secret, SECRET_VERSION, "secret")
    found_in = [_in_version(version, deployment) for version, truth in versions if truth is Truth.YES]
    return found_in[0] if len(versions) == 1 and found_in else _UNKNOWN


def _in_version(version: Resource, deployment: Deployment) -> _Password:
    text = version["text"]
    generator = deployment.target(text, PASSWORD_GENERATOR)
    if generator is not None:
        # Of a document with parts that are not known, a plan shows the resource in it only.
        return _generated(generator)
    password = document(text).content.get("password")
    if password.text is None:
        return _password(password, deployment)
    return _written_in(version, password)


def _written_in(holder: Resource, password: Value) -> _Password:
    words = f"from {holder.where}, where it has a {WORDS}, which AWS DMS refuses; change the password"
    return _Password(_refused(password), words, holder)


def _resolved(value: Value, deployment: Deployment) -> _Password:
    """The password that a dynamic reference takes out of a secret."""
    if len(value.candidates) != 1 or not value.origin.startswith("{{resolve:secretsmanager:"):
        return _UNKNOWN
    secret = deployment.get(value.candidates[0].address)
    key = _JSON_KEY.search(value.origin)
    return _in_template(secret, key.group(1) if key else "") if secret is not None and secret.kind is SECRET else _UNKNOWN


def _in_template(secret: Resource, key: str) -> _Password:
    """What CloudFormation puts under a key of a secret; under none, the whole text."""
    if not secret["text"].is_absent:
        content = document(secret["text"]).content
        return _written_in(secret, content.get(key) if key else secret["text"])
    generated_key = secret["generated_key"]
    is_asked = Truth.of(not key) if generated_key.is_absent else generated_key.is_word(key.lower().replace("_", "-"))
    if secret["generated"].is_absent or is_asked is not Truth.YES:
        return _UNKNOWN
    excluded = secret["excluded"]
    kept = (
        Truth.YES if excluded.is_absent else Truth.of(None if excluded.text is None else not set(REFUSED) <= set(excluded.text))
    )
    return _Password(
        ~secret["exclude_punctuation"].is_word("true") & kept,
        f"from {secret.where}, which may generate a {WORDS}, characters that AWS DMS refuses; "
        f"set {secret.spelling('exclude_punctuation')} to true",
        secret,
    )


RULE = Rule(
    54,
    "password-characters",
    "Password has or may get a character that AWS DMS refuses",
    (ENDPOINT,),
    check,
    Level.WARNING,
    Severity.LOW,
    why="""AWS DMS does not accept every password that a database accepts: with a semicolon, a full stop, a colon or a plus sign in it, the endpoint
cannot be created or its connection test fails, with a message that speaks of wrong credentials. A generated password has one now and then,
so that the same template works in one account and fails in the next.

AWS's guide refuses these four in one place and, by engine, others in another (`{ } , %`): only the four are reported. Looked at is the password of the
database, where it is written or generated: `random_password` with its default special characters, `GenerateSecretString`, directly or in the secret
that the endpoint names. A password that stands elsewhere is unknown. The password itself is never shown.""",
    fix="""`random_password`: `override_special = "!#$-_=?"` (or `special = false`). `GenerateSecretString`: `ExcludePunctuation: true`, or `ExcludeCharacters`
with at least `;.:+` in it. Existing passwords: change them in the database, then in the secret.""",
    references=(
        f"{GUIDE}security_iam_secretsmanager.html",
        f"{GUIDE}CHAP_Endpoints.Creating.html",
        "https://registry.terraform.io/providers/hashicorp/random/latest/docs/resources/password",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-secretsmanager-secret-generatesecretstring.html",
    ),
)

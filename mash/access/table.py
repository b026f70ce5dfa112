"""The rules of views that are not ours, by route name. Anything else without a rule is refused."""

from mash.access.rules import GET_POST, Factor, Rule

OTHERS: dict[str, Rule] = {
    "account_login": Rule(open=True, why="the sign-in page", methods=GET_POST),
    "account_logout": Rule(open=True, why="signing out is always allowed", methods=GET_POST),
    "account_inactive": Rule(open=True, why="tells somebody that their account is closed"),
    "account_reset_password": Rule(open=True, why="asks for a new password by email", methods=GET_POST),
    "account_reset_password_done": Rule(open=True, why="says that the email is on its way"),
    "account_reset_password_from_key": Rule(
        open=True, why="sets the new password; the link is spent on POST", methods=GET_POST
    ),
    "account_reset_password_from_key_done": Rule(open=True, why="says that the password was changed"),
    "account_change_password": Rule(why="one's own password", methods=GET_POST),
    "account_reauthenticate": Rule(
        why="one's password once more, before a change to how one signs in", methods=GET_POST, factor=Factor.NONE_YET
    ),
    "mfa_authenticate": Rule(open=True, why="the second step of signing in, after the password", methods=GET_POST),
    "mfa_reauthenticate": Rule(why="shows one's second factor", methods=GET_POST, factor=Factor.ASKED),
    "mfa_reauthenticate_webauthn": Rule(why="shows one's passkey", methods=GET_POST, factor=Factor.ASKED),
    "mfa_index": Rule(why="one's own second factors", factor=Factor.NONE_YET),
    "mfa_activate_totp": Rule(why="sets up an authenticator app", methods=GET_POST, factor=Factor.NONE_YET),
    "mfa_add_webauthn": Rule(why="sets up a passkey", methods=GET_POST, factor=Factor.NONE_YET),
    "mfa_deactivate_totp": Rule(why="removes one's authenticator app", methods=GET_POST),
    "mfa_edit_webauthn": Rule(why="names one's own passkey", methods=GET_POST),
    "mfa_remove_webauthn": Rule(why="removes one's own passkey", methods=GET_POST),
    "mfa_view_recovery_codes": Rule(why="one's own recovery codes, once"),
    "mfa_generate_recovery_codes": Rule(why="makes new recovery codes", methods=GET_POST),
    "schema": Rule(open=True, why="the API's description holds no data"),
}

"""The rules of views that are not ours, by route name. Anything else without a rule is refused."""

from mash.access.rules import GET_POST, Rule

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
    "schema": Rule(open=True, why="the API's description holds no data"),
}

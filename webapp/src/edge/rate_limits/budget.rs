//! From which budget a route takes.

use axum::http::Method;

/// From which budget a request takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Budget {
    /// None: whoever watches over this node must always be answered, and
    /// updates from Telegram have a bound of their own, the bot's dispatcher.
    /// Who pushes and is not Telegram takes what their address has, once that
    /// is known.
    Free,
    /// Reading, which the page does by itself, and after every reconnection.
    Reads,
    /// The usual.
    Usual,
    /// Signing in to the operators' pages: it is not known yet who they are, and
    /// each refusal is noted in the audit.
    SignIn,
    /// The usual, and one of its own by this name: what costs calls to
    /// Telegram, guesses a secret or takes something away.
    Critical(&'static str),
}

impl Budget {
    /// The budget of a route, named as it is without the base path.
    pub(super) fn of(method: &Method, route: &str) -> Self {
        match (method.as_str(), route) {
            (_, "/healthz" | "/readyz" | "/metrics" | "/telegram/{tenant}") => Self::Free,
            (_, route) if route.starts_with("/admin/sign-in/") => Self::SignIn,
            ("POST", "/api/v1/logins") => Self::Critical("begin"),
            ("POST", "/api/v1/logins/{id}/number") => Self::Critical("number"),
            ("POST", "/api/v1/logins/{id}/code") => Self::Critical("code"),
            ("POST", "/api/v1/logins/{id}/code/resend") => Self::Critical("resend"),
            ("POST", "/api/v1/logins/{id}/password") => Self::Critical("password"),
            ("POST", "/api/v1/logins/{id}/screen" | "/api/v1/logins/{id}/screen/chat") => {
                Self::Critical("screen_link")
            }
            ("POST", "/api/v1/accounts/{id}/check") => Self::Critical("check"),
            ("POST", "/api/v1/channels") => Self::Critical("channel_add"),
            ("POST", "/api/v1/channels/{id}/look") => Self::Critical("channel_look"),
            ("DELETE", "/api/v1/accounts/{id}") => Self::Critical("unlink"),
            ("DELETE", "/api/v1/me") | ("POST", "/app/view/erase") => Self::Critical("erase"),
            // What a page asks by itself while a number is typed.
            ("POST", "/api/v1/phone-number") | ("GET" | "HEAD", _) => Self::Reads,
            _ => Self::Usual,
        }
    }
}

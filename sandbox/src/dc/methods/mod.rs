//! The methods, a family a file.

mod authorizations;
mod channels;
mod cloud_password;
mod dialogs;
mod files;
mod help;
mod history;
mod login_token;
mod logout;
mod peers;
mod phone_login;
mod sending;
mod transfers;
mod updates;
mod users;

use super::rpc::Method;

/// All methods that are built.
pub(crate) fn all() -> Vec<Method> {
    let families = [
        authorizations::methods(),
        channels::methods(),
        cloud_password::methods(),
        dialogs::methods(),
        files::methods(),
        help::methods(),
        history::methods(),
        login_token::methods(),
        logout::methods(),
        phone_login::methods(),
        sending::methods(),
        transfers::methods(),
        updates::methods(),
        users::methods(),
    ];
    families.into_iter().flatten().collect()
}

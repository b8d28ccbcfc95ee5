//! The methods, a family a file.

mod authorizations;
mod cdn;
mod channels;
mod cloud_password;
mod countries;
mod dialog_order;
mod dialog_settings;
mod dialogs;
mod file_access;
mod files;
mod formats;
mod forward_header;
mod forwarding;
mod full_chats;
mod help;
mod history;
mod login_token;
mod logout;
mod message_kind;
mod peers;
mod phone_login;
mod replies;
mod revising;
mod rich;
mod searching;
mod sending;
mod takeout;
mod topics;
mod transfers;
mod updates;
mod users;
mod window;

use super::rpc::Method;

/// All methods that are built.
pub(crate) fn all() -> Vec<Method> {
    let families = [
        authorizations::methods(),
        cdn::methods(),
        channels::methods(),
        cloud_password::methods(),
        countries::methods(),
        dialog_settings::methods(),
        dialogs::methods(),
        files::methods(),
        forwarding::methods(),
        full_chats::methods(),
        help::methods(),
        history::methods(),
        login_token::methods(),
        logout::methods(),
        phone_login::methods(),
        revising::methods(),
        rich::methods(),
        searching::methods(),
        sending::methods(),
        takeout::methods(),
        topics::methods(),
        transfers::methods(),
        updates::methods(),
        users::methods(),
    ];
    families.into_iter().flatten().collect()
}

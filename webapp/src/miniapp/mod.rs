//! The Mini App and the page for another screen.
//!
//! The pages (`/app`, `/app/link`, `/app/link/how`, `/app/logins/{id}`, `/app/logins/{id}/screen`, `/app/accounts/{id}`,
//! `/app/accounts/{id}/chats`, `/app/accounts/{id}/chats/{dialog}`, `/app/copies`, `/app/activity`, `/app/data`, `/app/erase`) are one shell that knows no one:
//! who opens it stands in the address's fragment, which servers do not see. Its script fetches the view that goes
//! with the path (`/app/view/…`), rendered here for the person.

mod accounts;
mod activity;
mod asset_files;
mod chats;
mod copies;
mod data;
mod ended;
mod login;
mod moments;
mod pages;
mod phone;
mod retention;
mod screen;
mod setback;

use axum::Router;
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;

use crate::app::App;

/// All routes.
pub(crate) fn routes() -> Router<App> {
    let views = Router::new()
        .route("/app/view/home", get(accounts::home))
        .route("/app/view/link", get(accounts::link))
        .route("/app/view/link/how", get(accounts::how))
        .route("/app/view/accounts/{id}", get(accounts::account))
        .route("/app/view/accounts/{id}/chats", get(chats::view))
        .route("/app/view/accounts/{id}/chats/part", get(chats::part))
        .route("/app/view/accounts/{id}/chats/{dialog}", get(copies::chat))
        .route("/app/view/accounts/{id}/estimate", post(copies::estimate))
        .route("/app/view/accounts/{id}/names", get(copies::names))
        .route("/app/view/copies", get(copies::list))
        .route("/app/view/activity", get(activity::view))
        .route("/app/view/data", get(data::view))
        .route("/app/view/erase", get(data::ask).post(data::erase))
        .route("/app/view/logins/{id}", get(login::view))
        .route(
            "/app/view/logins/{id}/screen",
            get(login::view_for_another_screen),
        )
        .route("/screen/view/{id}", get(screen::view));
    // What is the same for everyone may be compressed; what holds a person's
    // data next to what others may choose is not.
    let pages = Router::new()
        .route("/app", get(pages::shell))
        .route("/app/", get(pages::shell))
        .route("/app/link", get(pages::shell))
        .route("/app/link/how", get(pages::shell))
        .route("/app/logins/{id}", get(pages::shell))
        .route("/app/logins/{id}/screen", get(pages::shell))
        .route("/app/accounts/{id}", get(pages::shell))
        .route("/app/accounts/{id}/chats", get(pages::shell))
        .route("/app/accounts/{id}/chats/{dialog}", get(pages::shell))
        .route("/app/copies", get(pages::shell))
        .route("/app/activity", get(pages::shell))
        .route("/app/data", get(pages::shell))
        .route("/app/erase", get(pages::shell))
        .route("/screen/{token}", get(screen::page))
        .route("/app/app.css", get(asset_files::style))
        .route("/app/app.js", get(asset_files::script))
        .layer(CompressionLayer::new());
    views.merge(pages)
}

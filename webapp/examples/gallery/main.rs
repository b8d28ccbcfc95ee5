//! A gallery for whoever works on the pages: every state of the Mini App, with
//! nothing behind it but memory. Each link opens the real app, signed in as a
//! person who stands in that state.
//!
//! `cargo run --example gallery -- 127.0.0.1:8099`, then open it in a browser.
//! `?theme=dark` and `?platform=ios` say how Telegram would show it. A login
//! that was begun in the app stands still until `/gallery/then/{event}` moves
//! it: `show`, `unreachable`, `scan`, `password`, `wrong`, `signed-in`,
//! `linked`, `another`, `refused`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

mod copies;
mod furnisher;
mod gallery;
#[path = "../../tests/support/mod.rs"]
mod support;

use gallery::Gallery;

#[tokio::main]
async fn main() {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "127.0.0.1:8099".to_owned());
    let listener = tokio::net::TcpListener::bind(&address).await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let gallery = Gallery::furnished(&base);
    println!("{base}/gallery");
    let serving = axum::serve(listener, gallery.router());
    tokio::select! {
        result = std::future::IntoFuture::into_future(serving) => result.unwrap(),
        () = gallery.renew() => {}
    }
}

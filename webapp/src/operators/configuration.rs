//! The settings in force, redacted, and where each comes from.

use askama::Template;
use axum::response::Response;
use sesame_domain::operator::{Permission, Scope};

use super::error::PageError;
use super::layout::{Layout, Place};
use super::ports::ShownSetting;
use super::signed_in::SignedIn;
use crate::html::html;

/// Settings that belong together.
struct Section {
    title: &'static str,
    settings: Vec<ShownSetting>,
}

#[derive(Template)]
#[template(path = "admin/configuration.html")]
struct ConfigurationPage {
    layout: Layout,
    sections: Vec<Section>,
    all: usize,
    set: usize,
}

/// `GET /admin/configuration`.
pub(super) async fn page(who: SignedIn) -> Result<Response, PageError> {
    who.require(Permission::Look, &Scope::All).await?;
    let settings = std::sync::Arc::clone(&who.app.ports.operators.configuration);
    let is_set = |it: &&ShownSetting| !matches!(&*it.origin, "default" | "not set");
    let page = ConfigurationPage {
        all: settings.len(),
        set: settings.iter().filter(is_set).count(),
        sections: sections(&settings),
        layout: who.layout(Place::Configuration),
    };
    Ok(html(&page)?)
}

fn sections(settings: &[ShownSetting]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for setting in settings {
        match sections.last_mut() {
            Some(section) if section.title == setting.section => {
                section.settings.push(setting.clone());
            }
            _ => sections.push(Section {
                title: setting.section,
                settings: vec![setting.clone()],
            }),
        }
    }
    sections
}

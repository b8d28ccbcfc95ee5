//! Style and script, embedded, with versions by what is in them.

use sha2::{Digest, Sha256};

use crate::base_path::BasePath;

pub(super) const STYLE: &str = include_str!("../../../templates/miniapp/app.css");
pub(super) const SCRIPT: &str = include_str!("../../../templates/miniapp/app.js");

/// The versions of the embedded files, and below which path they lie.
pub(crate) struct Assets {
    base: BasePath,
    pub(super) style: String,
    pub(super) script: String,
}

impl Assets {
    pub(crate) fn new(base: &BasePath) -> Self {
        Self {
            base: base.clone(),
            style: version(STYLE),
            script: version(SCRIPT),
        }
    }

    pub(super) fn style_url(&self) -> String {
        format!("{}/app/app.css?v={}", self.base, self.style)
    }

    pub(super) fn script_url(&self) -> String {
        format!("{}/app/app.js?v={}", self.base, self.script)
    }
}

fn version(content: &str) -> String {
    hex::encode(&Sha256::digest(content.as_bytes())[..8])
}

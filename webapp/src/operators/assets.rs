//! Style and script of the operators' pages, embedded, with versions by what is
//! in them.

use sha2::{Digest, Sha256};

use crate::base_path::BasePath;

pub(super) const STYLE: &str = include_str!("../../../templates/admin/admin.css");
pub(super) const ICON: &str = include_str!("../../../templates/admin/icon.svg");
pub(super) const SCRIPT: &str = include_str!("../../../templates/admin/admin.js");

/// The versions of the embedded files, and below which path they lie.
pub(crate) struct OperatorAssets {
    base: BasePath,
    pub(super) style: String,
    pub(super) script: String,
}

impl OperatorAssets {
    pub(crate) fn new(base: &BasePath) -> Self {
        Self {
            base: base.clone(),
            style: version(STYLE),
            script: version(SCRIPT),
        }
    }

    pub(super) fn style_url(&self) -> String {
        format!("{}/admin/admin.css?v={}", self.base, self.style)
    }

    pub(super) fn script_url(&self) -> String {
        format!("{}/admin/admin.js?v={}", self.base, self.script)
    }
}

fn version(content: &str) -> String {
    hex::encode(&Sha256::digest(content.as_bytes())[..8])
}

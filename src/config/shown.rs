//! The settings in force, as the operators' pages show them.

use std::collections::BTreeMap;

use sesame_webapp::ShownSetting;

use super::layers::Layers;
use super::list::SECTIONS;
use super::settings::Overview;

/// Every setting in force, redacted, with where it comes from.
pub(crate) fn shown_settings(layers: &Layers) -> Vec<ShownSetting> {
    let effective = Overview::load(layers).effective.into_iter();
    let effective: BTreeMap<_, _> = effective.map(|it| (it.name, it)).collect();
    let sections = SECTIONS.iter();
    sections
        .flat_map(|section| section.settings.iter().map(move |it| (section.title, it)))
        .map(|(section, setting)| {
            let now = effective.get(setting.name);
            ShownSetting {
                section,
                name: setting.name,
                value: now.and_then(|it| it.value.clone()),
                origin: now.map_or_else(|| "not set".to_owned(), |it| it.origin.to_string()),
                explanation: setting.explanation.concat().trim().to_owned(),
            }
        })
        .collect()
}

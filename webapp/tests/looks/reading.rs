//! Everything that must be read can be, in Telegram's own themes and in those that
//! people make; and nothing is there that not everyone can use.

use serde_json::{Value, json};

use crate::exhibition::Exhibition;
use crate::themes::{THEMES, parameters};

/// Changes the theme as it is changed while the app is open, and has axe-core look at
/// the page in each: at everything in the first, at what cannot be read in the others.
const READ: &str = "const [themes, done] = arguments;
    const still = document.createElement('style');
    still.textContent = '*, *::before, *::after { transition: none !important; animation: none !important; }';
    document.head.append(still);
    const found = [];
    (async () => {
        for (const [at, [name, theme_params]] of themes.entries()) {
            window.dispatchEvent(new MessageEvent('message', {
                source: window.parent,
                data: JSON.stringify({ eventType: 'theme_changed', eventData: { theme_params } }),
            }));
            const rules = at ? { runOnly: ['color-contrast'] } : {};
            const { violations } = await axe.run({ ...rules, resultTypes: ['violations'] });
            for (const it of violations) {
                for (const node of it.nodes) found.push(`${name}: ${it.id}: ${node.html} ${node.failureSummary}`);
            }
        }
        still.remove();
    })().then(() => done(found), (error) => done([String(error)]));";

/// In which themes a state is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Read {
    /// In one, which takes turns with the others from state to state.
    InTurns(usize),
    /// In every one.
    InAll,
}

/// What not everyone can use or read of the state that is shown.
pub(crate) async fn findings(exhibition: &Exhibition, read: Read) -> Vec<String> {
    let own = if exhibition.is_other_screen().await {
        // It has no theme but its own two.
        Vec::new()
    } else {
        THEMES
            .map(|(name, colours)| (name, parameters(colours)))
            .to_vec()
    };
    let unset = ["light", "dark"].map(|scheme| (scheme, Value::Null));
    let mut themes: Vec<_> = unset.into_iter().chain(own).collect();
    if let Read::InTurns(turn) = read {
        themes = vec![themes.swap_remove(turn % themes.len())];
    }
    // Without a theme, it is as the browser prefers.
    let (dark, light): (Vec<_>, Vec<_>) = themes.into_iter().partition(|it| it.0 == "dark");
    let mut found = Vec::new();
    for (scheme, themes) in [("dark", dark), ("light", light)] {
        if themes.is_empty() {
            continue;
        }
        exhibition.prefer(scheme).await;
        let themes: Vec<_> = themes.iter().map(|it| json!([it.0, it.1])).collect();
        let read = exhibition.browser.execute_async(READ, vec![json!(themes)]);
        found.extend(read.await.unwrap().convert::<Vec<String>>().unwrap());
    }
    exhibition.prefer("light").await;
    found
}

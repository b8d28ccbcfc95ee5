//! Contact sheets: every state at four sizes, light and dark, to be looked at.

use std::fs;

use serde_json::Value;
use sesame_test_support::sheets;

use crate::exhibition::Exhibition;
use crate::states::{Device, State};
use crate::themes::{THEMES, parameters};

/// The windows, in points, and how many pictures stand in a row of a sheet.
const WINDOWS: [(Device, u32, u32, u32); 4] = [
    (Device::Phone, 320, 640, 9),
    (Device::Phone, 390, 844, 9),
    (Device::Desktop, 1366, 657, 5),
    (Device::Desktop, 1280, 720, 5),
];

const SCHEMES: [&str; 2] = ["light", "dark"];

/// Has the app wear a theme, as Telegram says it.
const WEAR: &str = "window.dispatchEvent(new MessageEvent('message', {
        source: window.parent,
        data: JSON.stringify({ eventType: 'theme_changed', eventData: { theme_params: arguments[0] } }),
    }));";

fn theme(device: Device, scheme: &str) -> Value {
    let platform = match device {
        Device::Phone => "ios",
        Device::Desktop => "desktop",
    };
    let name = format!("{platform}-{scheme}");
    let (_, colours) = THEMES.into_iter().find(|it| it.0 == name).unwrap();
    parameters(colours)
}

async fn picture(exhibition: &Exhibition, state: &State, device: Device) {
    let browser = &exhibition.browser;
    let shown = State {
        device,
        ..state.clone()
    };
    exhibition.show(&shown).await.unwrap();
    let is_app = !exhibition.is_other_screen().await;
    for (_, width, height, _) in WINDOWS.into_iter().filter(|it| it.0 == device) {
        browser.resize(width, height, 1).await.unwrap();
        for scheme in SCHEMES {
            exhibition.prefer(scheme).await;
            if is_app {
                let worn = vec![theme(device, scheme)];
                browser.execute(WEAR, worn).await.unwrap();
            }
            browser.settled().await.unwrap();
            let folder = sheets::folder().join(format!("{width}x{height}-{scheme}"));
            fs::create_dir_all(&folder).unwrap();
            let file = folder.join(format!("{}.png", state.name));
            browser.screenshot(&file).await.unwrap();
        }
    }
}

#[tokio::test]
#[ignore = "takes minutes: makes target/looks/sheet-*.png, to be looked at"]
async fn contact_sheets() {
    for device in [Device::Phone, Device::Desktop] {
        Exhibition::open(async |exhibition| {
            for state in exhibition.states() {
                picture(exhibition, state, device).await;
            }
            for (_, width, height, columns) in WINDOWS.into_iter().filter(|it| it.0 == device) {
                for scheme in SCHEMES {
                    let name = format!("{width}x{height}-{scheme}");
                    let folder = sheets::folder().join(&name);
                    let states = exhibition.states().iter();
                    let pictures = states.map(|it| folder.join(format!("{}.png", it.name)));
                    let pictures: Vec<_> = pictures.collect();
                    let (browser, size) = (&exhibition.browser, (width, height));
                    let put = sheets::put_together(browser, &name, &pictures, size, columns);
                    put.await.unwrap();
                }
            }
        })
        .await;
    }
}

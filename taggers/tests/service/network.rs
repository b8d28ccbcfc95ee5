//! Where texts do not go: the own network, where a redirect leads.

use std::net::SocketAddr;

use rstest::rstest;
use sesame_domain::ports::TaggerError;
use sesame_taggers::service::{Fault, ServiceSettings, ServiceTagger, SettingsError, fault_of};
use sesame_test_doubles::{Behaviour, TaggingService};

use crate::support::{FixedNames, limits, one, parts, settings, soon, tagger};

fn settings_of(url: &str) -> ServiceSettings {
    let mut settings = ServiceSettings::new(url.parse().unwrap(), "m");
    settings.limits = limits();
    settings.retries = soon();
    settings
}

#[rstest]
#[case("https://127.0.0.1/v1", SettingsError::OwnNetwork)]
#[case("https://169.254.169.254/latest", SettingsError::OwnNetwork)]
#[case("https://[::ffff:127.0.0.1]/v1", SettingsError::OwnNetwork)]
#[case("http://api.example.org/v1", SettingsError::Unencrypted)]
fn there_is_no_tagger_that_asks_there(#[case] url: &str, #[case] why: SettingsError) {
    assert_eq!(
        ServiceTagger::new(settings_of(url), parts()).unwrap_err(),
        why
    );
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_not_connected_to() {
    let service = TaggingService::start().unwrap();
    let url = format!("https://localhost:{}/v1", service.address().port());
    let error = one(&tagger(settings_of(&url)), "secret").await.unwrap_err();
    assert!(matches!(fault_of(&error), Some(Fault::OwnNetwork(host)) if host == "localhost"));
    assert_eq!(service.connections(), 0);
}

#[rstest]
#[case::directly(&["127.0.0.1"])]
#[case::in_other_clothes(&["::ffff:127.0.0.1"])]
#[case::beside_another(&["93.184.215.14", "127.0.0.1"])]
#[case::of_the_cloud(&["169.254.169.254"])]
#[tokio::test]
async fn nor_is_one_that_comes_to_lead_there(#[case] addresses: &[&str]) {
    let service = TaggingService::start().unwrap();
    let port = service.address().port();
    let names = addresses
        .iter()
        .map(|it| SocketAddr::new(it.parse().unwrap(), port));
    let names = FixedNames::new(names);
    let mut parts = parts();
    parts.names = names.clone();
    let url = format!("https://tagger.example.org:{port}/v1");
    let tagger = ServiceTagger::new(settings_of(&url), parts).unwrap();
    let error = one(&tagger, "secret").await.unwrap_err();
    assert!(
        matches!(fault_of(&error), Some(Fault::OwnNetwork(_))),
        "{error:?}"
    );
    // To ask again at once changes nothing.
    assert_eq!(names.asked(), 1);
    assert_eq!(service.connections(), 0);
}

#[tokio::test]
async fn one_that_is_allowed_by_name_is() {
    let service = TaggingService::start().unwrap();
    let url = format!("http://tagger.lan:{}/v1", service.address().port());
    let mut settings = settings_of(&url);
    settings.allowed_hosts = vec!["tagger.lan".to_owned()];
    let mut parts = parts();
    parts.names = FixedNames::new([service.address()]);
    let tagger = ServiceTagger::new(settings, parts).unwrap();
    assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
}

#[tokio::test]
async fn another_of_its_addresses_is_taken_if_one_does_not_answer() {
    let service = TaggingService::start().unwrap();
    let url = format!("http://tagger.lan:{}/v1", service.address().port());
    let mut settings = settings_of(&url);
    settings.allowed_hosts = vec!["tagger.lan".to_owned()];
    let mut parts = parts();
    // No one is there.
    let away = SocketAddr::from(([127, 0, 0, 77], 1));
    parts.names = FixedNames::new([away, service.address()]);
    let tagger = ServiceTagger::new(settings, parts).unwrap();
    assert_eq!(one(&tagger, "Rust").await.unwrap(), "Rust");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let service = TaggingService::start().unwrap();
    let other = TaggingService::start().unwrap();
    service.from_now_on(Behaviour::Redirect(other.url()));
    let error = one(&tagger(settings(&service)), "secret")
        .await
        .unwrap_err();
    assert!(matches!(&error, TaggerError::Refused(why) if why.contains("307")));
    assert_eq!((service.requests().len(), other.connections()), (1, 0));
}

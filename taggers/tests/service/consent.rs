//! Nothing goes out without consent, and nothing of what does is told.

use std::io::Write;
use std::sync::{Arc, Mutex};

use sesame_domain::ports::{TagChoice, Tagger as _, TaggerError};
use sesame_domain::reason::Reason;
use sesame_test_doubles::{Behaviour, TaggingService};
use tracing::instrument::WithSubscriber as _;
use tracing_subscriber::fmt::MakeWriter;

use crate::support::{label, one, post, settings, tagger};

const SECRET: &str = "zanzibar";
const KEY: &str = "sk-very-secret";

fn has(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|it| it == words.as_bytes())
}

#[tokio::test]
async fn without_consent_nothing_is_sent() {
    let service = TaggingService::start().unwrap();
    let mut alone = post(SECRET);
    alone.consent = None;
    let answers = tagger(settings(&service)).tag(&[alone]).await;
    assert!(matches!(answers[0], Err(TaggerError::NoConsent)));
    assert_eq!(service.connections(), 0);
}

#[tokio::test]
async fn nothing_of_a_post_without_it_goes_out_with_others() {
    let service = TaggingService::start().unwrap();
    let mut settings = settings(&service);
    settings.batch = 50;
    let tagger = tagger(settings);
    // Whatever happens meanwhile.
    service.next([
        Behaviour::Status(500, String::new()),
        Behaviour::HangUp,
        Behaviour::Silence,
        Behaviour::Status(400, "{}".to_owned()),
    ]);
    let mut posts: Vec<_> = (0..40).map(|n| post(&format!("open{n}"))).collect();
    for kept in posts.iter_mut().step_by(2) {
        kept.text = format!("{SECRET} {}", kept.text);
        kept.hashtags = vec![SECRET.to_owned()];
        kept.links = vec![format!("https://{SECRET}.example.org")];
        kept.consent = None;
    }
    let answers = tagger.tag(&posts).await;
    for (n, answer) in answers.iter().enumerate() {
        match answer {
            Err(TaggerError::NoConsent) => assert_eq!(n % 2, 0),
            other => assert!(n % 2 == 1 && other.is_ok(), "{n}: {other:?}"),
        }
    }
    let bytes = service.bytes();
    assert!(has(&bytes, "open1") && !has(&bytes, SECRET) && !has(&bytes, "open0"));
}

#[tokio::test]
async fn tags_of_other_channels_do_not_go_out_unless_tags_are_chosen_from_them() {
    let service = TaggingService::start().unwrap();
    let mut asked = post("text");
    asked.known = vec![label(SECRET)];
    asked.links = vec![format!("https://{SECRET}.example.org")];
    let tagger = tagger(settings(&service));
    tagger.tag(&[asked.clone()]).await.remove(0).unwrap();
    assert!(!has(&service.bytes(), SECRET));
    asked.choice = TagChoice::PreferMine;
    tagger.tag(&[asked]).await.remove(0).unwrap();
    assert!(has(&service.bytes(), SECRET));
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_keys_nor_texts_are_told() {
    let service = TaggingService::start().unwrap();
    let mut settings = settings(&service);
    settings.key = Some(KEY.to_owned().into());
    let mut told = vec![format!("{settings:?} {:?}", post(SECRET))];
    let tagger = tagger(settings);
    told.push(format!("{tagger:?}"));
    service.refuse("temperature");
    let echo = format!(r#"{{"error":{{"message":"you said {SECRET} with {KEY}"}}}}"#);
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let asked = async {
        for behaviour in [
            Behaviour::Answer,
            Behaviour::Say(SECRET.to_owned()),
            Behaviour::Status(400, echo.clone()),
            Behaviour::Status(401, echo.clone()),
            Behaviour::HangUp,
            Behaviour::Redirect(format!("https://{SECRET}.example.org")),
            Behaviour::Limit(Some("600".to_owned())),
        ] {
            service.next([behaviour]);
            if let Err(error) = one(&tagger, SECRET).await {
                told.push(format!("{error:?} {}", Reason::of(&error)));
            }
        }
    };
    asked.with_subscriber(subscriber).await;
    told.push(String::from_utf8_lossy(&log.0.lock().unwrap()).into_owned());
    let told = told.concat();
    // It is told what happened.
    assert!(
        told.contains("temperature") && told.contains("left alone"),
        "{told}"
    );
    assert!(!told.contains(SECRET) && !told.contains(KEY), "{told}");
    let received = service.bytes();
    assert!(has(&received, SECRET) && has(&received, KEY));
}

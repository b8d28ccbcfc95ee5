//! `sesame serve`: everything, until told to stop.

use sd_notify::NotifyState;
use sesame_domain::reason::Reason;

use super::banner;
use crate::config::{Layers, Settings, why_not_opened};
use crate::failure::Failure;
use crate::node::{self, Sesame};
use crate::signals::Signals;
use crate::{telemetry, terminal, watchdog};

/// Serves until told to stop.
pub(crate) async fn serve(layers: &Layers, mut signals: Signals) -> Result<(), Failure> {
    let settings = Settings::load(layers)?;
    telemetry::start_log(&settings.logs)?;
    look_over(layers);
    let metrics = telemetry::start_metrics(&settings.bot.tenant)?;
    signals.stop_in_order();
    let listener = node::listen(settings.web.listen, "LISTEN").await?;
    let sesame = tokio::select! {
        started = Sesame::start(layers, &settings, listener, metrics) => started?,
        _ = signals.asked() => return Ok(()),
    };
    terminal::say(&banner::serving(&sesame)?)?;
    tell_systemd(NotifyState::Ready);

    let ended = tokio::select! {
        asked = signals.asked() => {
            tracing::info!(signal = %asked, "asked to stop");
            Ok(())
        }
        failure = sesame.failed() => Err(failure),
        never = watchdog::feed(sesame.probe()) => match never {},
    };
    tell_systemd(NotifyState::Stopping);
    tracing::info!("stopping");
    sesame.stop().await;
    ended
}

/// Tells of what is no mistake, but hardly meant.
fn look_over(layers: &Layers) {
    for unknown in layers.unknown() {
        tracing::warn!(name = unknown.name, "{unknown}");
    }
    if let Some(why) = why_not_opened(layers) {
        tracing::warn!("{why}");
    }
    if let Some(way) = Layers::way_to_close_file() {
        tracing::warn!("others can read the secrets in .env: {way}");
    }
}

/// Whoever does not run under systemd is not told, and that is fine.
fn tell_systemd(state: NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(error = %Reason::of(&error), "systemd could not be told");
    }
}

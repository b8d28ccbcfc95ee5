//! How far an export has come, in a line on the terminal.

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};
use sesame_work::exporter::{ExportObserver, ExportProgress};

/// A line with a bar: messages, files and bytes.
pub(super) struct Bar(ProgressBar);

impl Bar {
    pub(super) fn new() -> Self {
        let bar = ProgressBar::no_length();
        let template = "{bar:20} {pos}/{len} messages, {per_sec:.dim}, {eta} left{msg}";
        Self(match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            // The template is a constant.
            Err(_) => bar,
        })
    }

    /// Takes the line away.
    pub(super) fn clear(&self) {
        self.0.finish_and_clear();
    }
}

impl ExportObserver for Bar {
    fn so_far(&self, progress: ExportProgress) {
        self.0.set_length(progress.total.max(progress.messages));
        self.0.set_position(progress.messages);
        if progress.of_files > 0 {
            let (files, of_files) = (progress.files, progress.of_files);
            let bytes = HumanBytes(progress.bytes);
            self.0
                .set_message(format!("; {files}/{of_files} files, {bytes}"));
        }
    }
}

//! A device as JSON.

use serde::Serialize;
use sesame_domain::device::Device;
use utoipa::ToSchema;

/// How a session shows up in Settings > Devices.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeviceJson {
    /// The first line.
    model: String,
    /// The operating system.
    system_version: String,
    /// The app's version.
    app_version: String,
    /// The app's name.
    app_name: String,
}

impl From<&Device> for DeviceJson {
    fn from(device: &Device) -> Self {
        Self {
            model: device.model.clone(),
            system_version: device.system_version.clone(),
            app_version: device.app_version.clone(),
            app_name: device.app_name.clone(),
        }
    }
}

//! The system's settings of date and time, opened because the user asked for it.

use parasol_platform::clock_settings;

/// Opens them. False when there is no program here that would, or it could not be started.
pub async fn open() -> bool {
    // Starting a program blocks.
    match tokio::task::spawn_blocking(clock_settings::open).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::info!(%error, "the settings of date and time cannot be opened");
            false
        }
        Err(_) => false,
    }
}

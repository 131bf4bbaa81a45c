//! TLS by rustls with ring, verified as the platform does. The provider is given to the
//! configuration itself: a library that installs the process's default would break a program that
//! installs another.

use super::error::Error;
use rustls_platform_verifier::Verifier;
use std::sync::Arc;

/// The configuration for reqwest's `tls_backend_preconfigured`.
pub(super) fn config() -> Result<rustls::ClientConfig, Error> {
    let bad = |error| Error::config("TLS", error);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Verifier::new(provider.clone()).map_err(bad)?;
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(bad)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec!["h2".into(), "http/1.1".into()];
    Ok(config)
}

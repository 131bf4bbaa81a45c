//! TLS by rustls with ring, verified as the platform does. The provider is given to the
//! configuration itself: a library that installs the process's default would break a program that
//! installs another.

use crate::runtime::error::{ConfigErrorKind, Error};
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls_platform_verifier::Verifier;
use std::fmt;
use std::sync::Arc;

/// What a user adds to the platform's TLS.
#[derive(Clone, Default)]
pub(crate) struct TlsSettings {
    /// Further root certificates, each text in PEM (RFC 7468).
    pub roots: Vec<Vec<u8>>,
    /// A client certificate with its chain and its private key, in PEM.
    pub identity: Option<Vec<u8>>,
}

impl TlsSettings {
    pub fn is_default(&self) -> bool {
        self.roots.is_empty() && self.identity.is_none()
    }

    /// The configuration for reqwest's `tls_backend_preconfigured`. Where TLS is not `needed`, a
    /// platform without root certificates is none to stumble over.
    pub fn config(&self, needed: bool) -> Result<rustls::ClientConfig, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ClientConfig::builder_with_provider(provider.clone())
            .with_safe_default_protocol_versions()
            .map_err(|error| Error::config(ConfigErrorKind::Tls, "TLS", error))?;
        let builder = match verifier(self.roots()?, provider) {
            Ok(verifier) => builder
                .dangerous()
                .with_custom_certificate_verifier(Arc::new(verifier)),
            Err(error) if needed => {
                return Err(Error::config(
                    ConfigErrorKind::Tls,
                    "the root certificates",
                    error,
                ));
            }
            Err(_) => builder.with_root_certificates(RootCertStore::empty()),
        };
        let mut config = match &self.identity {
            None => builder.with_no_client_auth(),
            Some(pem) => {
                let (chain, key) = identity(pem)?;
                builder.with_client_auth_cert(chain, key).map_err(|error| {
                    Error::config(ConfigErrorKind::Tls, "the client certificate", error)
                })?
            }
        };
        config.alpn_protocols = vec!["h2".into(), "http/1.1".into()];
        Ok(config)
    }

    fn roots(&self) -> Result<Vec<CertificateDer<'static>>, Error> {
        let mut roots = Vec::new();
        for pem in &self.roots {
            roots.extend(certificates(pem, "an extra root certificate")?);
        }
        Ok(roots)
    }
}

#[cfg(not(target_os = "android"))]
fn verifier(
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, rustls::Error> {
    Verifier::new_with_extra_roots(roots, provider)
}

/// Android's own verifier takes no roots but those that the app's configuration names.
#[cfg(target_os = "android")]
fn verifier(
    roots: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
) -> Result<Verifier, rustls::Error> {
    if roots.is_empty() {
        return Verifier::new(provider);
    }
    let text = "on Android, the app's network security configuration adds root certificates";
    Err(rustls::Error::General(text.to_owned()))
}

fn certificates(pem: &[u8], what: &str) -> Result<Vec<CertificateDer<'static>>, Error> {
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let found = found.map_err(|error| Error::config(ConfigErrorKind::Tls, what, error))?;
    if found.is_empty() {
        return Err(Error::config_text(
            ConfigErrorKind::Tls,
            format!("{what}: there is none in the PEM text"),
        ));
    }
    Ok(found)
}

fn identity(pem: &[u8]) -> Result<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>), Error> {
    let chain = certificates(pem, "the client certificate")?;
    let key = PrivateKeyDer::from_pem_slice(pem).map_err(|error| {
        Error::config(
            ConfigErrorKind::Tls,
            "the client certificate's private key",
            error,
        )
    })?;
    Ok((chain, key))
}

impl fmt::Debug for TlsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TlsSettings")
            .field("roots", &self.roots.len())
            .field("identity", &self.identity.is_some())
            .finish()
    }
}

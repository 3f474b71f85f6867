//! TLS: a certificate that is read again when it changes, and the certificates that callers must have.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use basma::error::{Action, Problem};
use basma::{Error, Result, escape};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::changes::Watched;
use super::io_error;

/// Where the certificates are.
#[derive(Clone, Debug)]
pub(crate) struct TlsFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
    /// The authorities of which each caller must have a certificate.
    pub(crate) client_ca: Option<PathBuf>,
}

/// TLS as it is spoken now.
pub(crate) struct Tls {
    files: TlsFiles,
    watched: Watched,
    config: RwLock<Arc<ServerConfig>>,
}

impl Tls {
    /// # Errors
    /// [`Error::Io`] where a file cannot be read, [`Error::Argument`] where it holds no certificate or key that can be used.
    pub(crate) fn open(files: &TlsFiles) -> Result<Tls> {
        let paths = [&files.certificate, &files.key].into_iter();
        let paths = paths.chain(&files.client_ca).map(PathBuf::as_path);
        Ok(Tls {
            watched: Watched::new(paths),
            config: RwLock::new(Arc::new(read(files)?)),
            files: files.clone(),
        })
    }

    /// What the next connection is spoken to by.
    pub(super) fn acceptor(&self) -> TlsAcceptor {
        let config = self.config.read().unwrap_or_else(PoisonError::into_inner);
        TlsAcceptor::from(config.clone())
    }

    /// Reads the files again where they changed, or where it is `asked`. Where they cannot be used, TLS stays as it is. `None` where
    /// there is nothing to read.
    pub(super) fn reload(&self, asked: bool) -> Option<Result<()>> {
        (self.watched.changed() || asked).then(|| {
            let config = Arc::new(read(&self.files)?);
            *self.config.write().unwrap_or_else(PoisonError::into_inner) = config;
            Ok(())
        })
    }
}

fn read(files: &TlsFiles) -> Result<ServerConfig> {
    let chain = certificates(&files.certificate)?;
    let bytes = fs::read(&files.key).map_err(io_error(Action::Read, &files.key))?;
    let key = PrivateKeyDer::from_pem_slice(&bytes).map_err(|error| broken(&files.key, &error))?;
    let provider = Arc::new(ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone());
    let builder = builder
        .with_safe_default_protocol_versions()
        .map_err(|error| broken(&files.certificate, &error))?;
    let builder = match &files.client_ca {
        None => builder.with_no_client_auth(),
        Some(path) => builder.with_client_cert_verifier(verifier(path, provider)?),
    };
    let config = builder.with_single_cert(chain, key);
    let mut config = config.map_err(|error| broken(&files.certificate, &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>> {
    let bytes = fs::read(path).map_err(io_error(Action::Read, path))?;
    let found: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes).collect();
    let found = found.map_err(|error| broken(path, &error))?;
    if found.is_empty() {
        return Err(broken(path, &"no certificate in it"));
    }
    Ok(found)
}

fn verifier(
    path: &Path,
    provider: Arc<tokio_rustls::rustls::crypto::CryptoProvider>,
) -> Result<Arc<dyn ClientCertVerifier>> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots
            .add(certificate)
            .map_err(|error| broken(path, &error))?;
    }
    let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
    builder.build().map_err(|error| broken(path, &error))
}

fn broken(path: &Path, error: &dyn std::fmt::Display) -> Error {
    let path = escape::path(path).into_owned();
    let message = error.to_string();
    Problem::TlsBroken { path, message }.into()
}

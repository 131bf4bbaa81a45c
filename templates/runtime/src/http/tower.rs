//! Any `tower` service as a transport (feature `tower`): another HTTP stack, or layers around one.
//! Depends only on the trait, so it works with any version of `tower`.

use super::{BoxFuture, Exchange, Transport};
use crate::runtime::error::Error;
use crate::runtime::error::{TransportError, TransportErrorKind};
use bytes::Bytes;
use http::{Request, Response};
use std::error::Error as StdError;
use std::fmt;
use std::future::poll_fn;
use std::sync::{Mutex, PoisonError};
use tower_service::Service;

/// A `tower_service::Service` that sends a client's requests, for
/// [`ClientBuilder::transport`](crate::ClientBuilder::transport).
///
/// Each request is sent by a clone of the service, once the clone is ready. The request's extensions
/// have the [`Exchange`], so a layer knows the operation. An error of the service that is an [`Error`]
/// or a [`TransportError`] is returned unchanged. Any other becomes a transport error of the kind
/// [`Other`](TransportErrorKind::Other), which is not retried.
pub struct TowerTransport<S> {
    // A service need not be `Sync`.
    service: Mutex<S>,
}

impl<S> TowerTransport<S> {
    /// A transport that sends requests through `service`.
    pub fn new(service: S) -> Self {
        Self {
            service: Mutex::new(service),
        }
    }
}

impl<S> Transport for TowerTransport<S>
where
    S: Service<Request<Bytes>, Response = Response<Bytes>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    S::Future: Send,
{
    fn send(
        &self,
        mut request: Request<Bytes>,
        exchange: Exchange,
    ) -> BoxFuture<'_, Result<Response<Bytes>, Error>> {
        let service = self.service.lock().unwrap_or_else(PoisonError::into_inner);
        let mut service = service.clone();
        request.extensions_mut().insert(exchange);
        Box::pin(async move {
            let ready = poll_fn(|context| service.poll_ready(context)).await;
            ready.map_err(|error| failure(error.into()))?;
            let answer = service.call(request).await;
            answer.map_err(|error| failure(error.into()))
        })
    }
}

fn failure(error: Box<dyn StdError + Send + Sync>) -> Error {
    let error = match error.downcast::<Error>() {
        Ok(error) => return *error,
        Err(error) => error,
    };
    match error.downcast::<TransportError>() {
        Ok(error) => (*error).into(),
        Err(error) => TransportError::new(TransportErrorKind::Other, error).into(),
    }
}

impl<S> fmt::Debug for TowerTransport<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TowerTransport").finish_non_exhaustive()
    }
}

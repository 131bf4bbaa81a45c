//! A service of `tower` as the transport.

use super::support::{GET_THINGS, answer, builder};
use crate::runtime::{
    BoxFuture, Call, Client, Error, Exchange, RetryPolicy, TowerTransport, TransportError,
    TransportErrorKind,
};
use bytes::Bytes;
use http::{Request, Response};
use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use tower_service::Service;

type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Is ready at the second time it is asked, and panics when it is called before; not `Sync`, as many
/// services are not.
#[derive(Clone)]
struct Sender {
    asked: Cell<u32>,
    calls: Arc<AtomicUsize>,
    answer: fn(usize, &Request<Bytes>) -> Result<Response<Bytes>, Cause>,
}

impl Service<Request<Bytes>> for Sender {
    type Response = Response<Bytes>;
    type Error = Cause;
    type Future = BoxFuture<'static, Result<Response<Bytes>, Cause>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Cause>> {
        self.asked.set(self.asked.get() + 1);
        if self.asked.get() < 2 {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        assert_eq!(self.asked.get(), 2, "it is called when it is ready");
        let before = self.calls.fetch_add(1, Ordering::SeqCst);
        let answer = (self.answer)(before, &request);
        Box::pin(async move { answer })
    }
}

fn client(
    answer: fn(usize, &Request<Bytes>) -> Result<Response<Bytes>, Cause>,
) -> (Client, Arc<AtomicUsize>) {
    let calls = Arc::new(AtomicUsize::new(0));
    let sender = Sender {
        asked: Cell::new(0),
        calls: calls.clone(),
        answer,
    };
    let builder = builder().transport(Arc::new(TowerTransport::new(sender)));
    (builder.build().expect("the settings are right"), calls)
}

fn get(client: &Client) -> Call<String> {
    client.call(&GET_THINGS)
}

#[tokio::test]
async fn a_service_sends_and_knows_the_operation() {
    let (client, calls) = client(|_, request| {
        let exchange = request.extensions().get::<Exchange>();
        let operation = exchange.and_then(|it| it.operation).expect("a call");
        Ok(answer(200, &format!("\"{}\"", operation.id))?)
    });
    for _ in 0..2 {
        assert_eq!(get(&client).await.expect("an answer"), "getThings");
    }
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    assert!(format!("{client:?}").contains("TowerTransport"));
}

#[tokio::test(start_paused = true)]
async fn errors_of_a_service_keep_what_they_say() {
    let (broken, calls) = client(|before, _| match before {
        0 => Err(TransportError::new(TransportErrorKind::Connect, "cut").into()),
        1 => Err(Error::from(TransportError::new(TransportErrorKind::Broken, "cut")).into()),
        _ => Ok(answer(200, "\"\"")?),
    });
    get(&broken).await.expect("the third attempt");
    assert_eq!(calls.load(Ordering::SeqCst), 3);

    let (odd, calls) = client(|_, _| Err("it is closed".into()));
    let error = get(&odd).await.expect_err("no answer");
    assert!(matches!(&error, Error::Transport(it) if it.kind() == TransportErrorKind::Other));
    let cause = std::error::Error::source(&error).expect("a cause");
    assert_eq!(cause.to_string(), "it is closed");
    assert_eq!(calls.load(Ordering::SeqCst), 1);
    let never = get(&odd).retry(RetryPolicy::never());
    never.await.expect_err("no answer");
}

/// One that will never be ready says so, and nothing is sent.
#[tokio::test]
async fn a_service_that_cannot_get_ready() {
    #[derive(Clone)]
    struct Closed;

    impl Service<Request<Bytes>> for Closed {
        type Response = Response<Bytes>;
        type Error = &'static str;
        type Future = std::future::Ready<Result<Response<Bytes>, &'static str>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
            Poll::Ready(Err("closed"))
        }

        fn call(&mut self, _: Request<Bytes>) -> Self::Future {
            unreachable!("it is not ready")
        }
    }

    let builder = builder().transport(Arc::new(TowerTransport::new(Closed)));
    let client = builder.build().expect("the settings are right");
    let error = get(&client).await.expect_err("no answer");
    let cause = std::error::Error::source(&error).expect("a cause");
    assert_eq!(cause.to_string(), "closed");
}

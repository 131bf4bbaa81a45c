//! Tokens: kept, refreshed before they expire and after a 401, by one request for all that wait.
//!
//! The request runs as a task of its own: a call that is dropped while it waits neither takes the
//! others' log-in with it nor loses a refresh token that the host gave out only once. It is sent again
//! by the client's retry policy, and what it waits for that counts for the calls that wait for it.

use super::grant::{LogInHost, Waited};
use super::{Credentials, CredentialsKind, Grant, OauthClient, Secret};
use crate::runtime::error::{AuthError, Error};
use http::HeaderValue;
use oauth2::TokenResponse as _;
use oauth2::basic::BasicTokenResponse;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::Instrument as _;

/// How long before its end a token is not used any more, at most: time for a request to arrive.
const MARGIN: Duration = Duration::from_secs(60);

/// `Authorization`, and which log-in it is of.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub authorization: HeaderValue,
    /// Counts log-ins, so that a 401 can tell an old token from the current one.
    pub generation: u64,
    expires: Option<Instant>,
}

impl Token {
    fn new(token: &str, generation: u64, lifetime: Option<Duration>) -> Result<Self, AuthError> {
        // RFC 6750 section 2.1.
        let mut authorization = HeaderValue::try_from(format!("Bearer {token}"))
            .map_err(|_| AuthError::text("the token holds what no header field can"))?;
        authorization.set_sensitive(true);
        let expires = lifetime.and_then(|lifetime| {
            let margin = MARGIN.min(lifetime / 10);
            Instant::now().checked_add(lifetime.saturating_sub(margin))
        });
        Ok(Self {
            authorization,
            generation,
            expires,
        })
    }

    fn is_fresh(&self) -> bool {
        self.expires.is_none_or(|expires| Instant::now() < expires)
    }
}

/// Where a client's tokens come from.
#[derive(Clone)]
pub(crate) enum Tokens {
    /// Requests carry none.
    None,
    /// One that the user brought.
    Brought(Token),
    /// Those of log-ins.
    Granted(Arc<Granted>),
}

pub(crate) struct Granted {
    host: LogInHost,
    client: OauthClient,
    grant: Grant,
    state: Mutex<TokenState>,
}

#[derive(Default)]
struct TokenState {
    token: Option<Token>,
    refresh_token: Option<Secret>,
    /// The log-in that is under way.
    pending: Option<PendingLogIn>,
}

/// Empty until the log-in has ended; closed if its runtime ended before.
type PendingLogIn = watch::Receiver<Option<LogInOutcome>>;

/// What came of a log-in.
struct LogInOutcome {
    token: Result<Token, AuthError>,
    /// How long it waited between its requests.
    waited: Duration,
}

impl Tokens {
    pub fn new(credentials: Option<Credentials>, host: LogInHost) -> Result<Self, AuthError> {
        Ok(match credentials.map(|it| it.0) {
            None => Self::None,
            Some(CredentialsKind::Token(token)) => {
                Self::Brought(Token::new(token.reveal(), 0, None)?)
            }
            Some(CredentialsKind::Grant(client, grant)) => Self::Granted(Arc::new(Granted {
                host,
                client,
                grant,
                state: Mutex::default(),
            })),
        })
    }

    /// A token to send a request with, where there is one without a log-in.
    pub fn at_hand(&self) -> Poll<Option<Token>> {
        match self {
            Self::None => Poll::Ready(None),
            Self::Brought(token) => Poll::Ready(Some(token.clone())),
            Self::Granted(granted) => match granted.lock().usable(None) {
                Some(token) => Poll::Ready(Some(token)),
                None => Poll::Pending,
            },
        }
    }

    /// A token to send a request with. The time that was waited before log-ins were tried again is
    /// added to `waited`.
    pub async fn get(&self, waited: &mut Duration) -> Result<Option<Token>, Error> {
        self.newer_than(None, waited).await
    }

    /// A token to send a request again with that was answered 401; nothing where there can be none.
    pub async fn replace(
        &self,
        refused: &Token,
        waited: &mut Duration,
    ) -> Result<Option<Token>, Error> {
        match self {
            Self::Granted(_) => self.newer_than(Some(refused.generation), waited).await,
            _ => Ok(None),
        }
    }

    async fn newer_than(
        &self,
        refused: Option<u64>,
        waited: &mut Duration,
    ) -> Result<Option<Token>, Error> {
        match self {
            Self::None => Ok(None),
            Self::Brought(token) => Ok(Some(token.clone())),
            Self::Granted(granted) => Ok(Some(granted.token(refused, waited).await?)),
        }
    }

    /// The refresh token of the last log-in.
    pub fn refresh_token(&self) -> Option<String> {
        let Self::Granted(granted) = self else {
            return None;
        };
        let state = granted.lock();
        state
            .refresh_token
            .as_ref()
            .map(|token| token.reveal().to_owned())
    }
}

impl Granted {
    async fn token(
        self: &Arc<Self>,
        refused: Option<u64>,
        waited: &mut Duration,
    ) -> Result<Token, AuthError> {
        let began = Instant::now();
        loop {
            let mut pending = {
                let mut state = self.lock();
                if let Some(token) = state.usable(refused) {
                    return Ok(token);
                }
                state.pending(|| self.begin_log_in())
            };
            // A pending that ended without a result went down with its runtime: another takes off.
            if let Ok(outcome) = pending.wait_for(Option::is_some).await {
                let outcome = outcome.as_ref().expect("it was waited for");
                // One that was under way has waited for others as well.
                *waited = waited.saturating_add(outcome.waited.min(began.elapsed()));
                return outcome.token.clone();
            }
        }
    }

    /// Starts a log-in. The lock is held, so there is one at a time.
    fn begin_log_in(self: &Arc<Self>) -> PendingLogIn {
        let (sender, pending) = watch::channel(None);
        let granted = self.clone();
        let log_in = async move {
            let waited = Waited::default();
            let answer = granted.log_in(&waited).await;
            let mut state = granted.lock();
            let token = answer.and_then(|answer| state.accept(&answer));
            state.pending = None;
            let waited = waited.time();
            sender.send_replace(Some(LogInOutcome { token, waited }));
        };
        // The call that has it logged in shows it in its trace.
        tokio::spawn(log_in.in_current_span());
        pending
    }

    async fn log_in(&self, waited: &Waited) -> Result<BasicTokenResponse, AuthError> {
        let log_in = |grant| self.host.log_in(&self.client, grant, waited);
        let refresh_token = self.lock().refresh_token.clone();
        let Some(token) = refresh_token else {
            return log_in(&self.grant).await;
        };
        match log_in(&Grant::RefreshToken(token)).await {
            // RFC 6749 section 5.2: the refresh token has ended. The grant itself may not have.
            Err(error) if error.code() == Some("invalid_grant") && self.grant.is_lasting() => {
                log_in(&self.grant).await
            }
            answer => answer,
        }
    }

    fn lock(&self) -> MutexGuard<'_, TokenState> {
        // Nothing panics while it is held; and the state would be whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl TokenState {
    fn usable(&self, refused: Option<u64>) -> Option<Token> {
        let token = self.token.as_ref()?;
        let usable = refused.is_none_or(|refused| token.generation > refused) && token.is_fresh();
        usable.then(|| token.clone())
    }

    fn pending(&mut self, begin_log_in: impl FnOnce() -> PendingLogIn) -> PendingLogIn {
        // One that is closed went down with its runtime.
        let under_way = self.pending.take().filter(|it| it.has_changed().is_ok());
        let pending = under_way.unwrap_or_else(begin_log_in);
        self.pending.insert(pending).clone()
    }

    fn accept(&mut self, answer: &BasicTokenResponse) -> Result<Token, AuthError> {
        let generation = self.token.as_ref().map_or(0, |token| token.generation) + 1;
        let token = Token::new(
            answer.access_token().secret(),
            generation,
            answer.expires_in(),
        )?;
        if let Some(refresh) = answer.refresh_token() {
            self.refresh_token = Some(Secret::new(refresh.secret().clone()));
        }
        self.token = Some(token.clone());
        Ok(token)
    }
}

impl Grant {
    /// Whether it can be used more than once.
    fn is_lasting(&self) -> bool {
        matches!(self, Self::ClientCredentials | Self::Saml2Bearer { .. })
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => f.write_str("None"),
            Self::Brought(_) => f.write_str("Brought"),
            Self::Granted(granted) => f.debug_tuple("Granted").field(&granted.grant).finish(),
        }
    }
}

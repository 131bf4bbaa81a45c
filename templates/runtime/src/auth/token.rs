//! Keeps tokens, and refreshes them before they expire and after a 401, by one request for all calls
//! that wait.
//!
//! The request runs as its own task. So a call that is dropped while it waits does not end the log-in of
//! the others, and no refresh token is lost that the host gives out only once. The request is retried by
//! the client's retry policy; its waits count for the calls that wait for it.
//!
//! A task never ends if the tokio runtime that it was started on is no longer driven. So a call that
//! waits checks when the current step was due, and logs in itself after that time.
//! A fresh token that is refused is not replaced at once: the next log-in would give the same kind.

use super::answer::TokenAnswer;
use super::grant::{LogInHost, Progress};
use super::{Credentials, CredentialsKind, Grant, OauthClient, Secret};
use crate::runtime::error::{AuthError, AuthErrorKind, Error};
use crate::runtime::http::{caught, trace};
use http::HeaderValue;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

/// How long before its end a token is not used any more, at most: time for a request to arrive.
const MARGIN: Duration = Duration::from_secs(60);

/// How late a log-in may be before another call takes over.
const GRACE: Duration = Duration::from_secs(1);

/// How long no refused token is replaced, after the first fresh one was refused; doubled for each
/// further one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// How many fresh tokens may be refused to one call while other calls use them: the refusals may
/// be about those calls.
const DOUBTS: u32 = 3;

/// `Authorization`, and which log-in it is of.
#[derive(Clone, Debug)]
pub(crate) struct Token {
    pub authorization: HeaderValue,
    /// Counts log-ins, so that a 401 can tell an old token from the current one.
    pub generation: u64,
    expires: Option<Instant>,
    /// Whether a call with it was answered by anything but 401.
    accepted: Arc<AtomicBool>,
}

impl Token {
    fn new(token: &str, generation: u64, lifetime: Option<Duration>) -> Result<Self, AuthError> {
        // RFC 6750 section 2.1: letters, digits and some signs. Others that HTTP can carry are left
        // to the host to judge.
        if token.is_empty() {
            return Err(AuthError::text(
                AuthErrorKind::UnusableToken,
                "the token is empty",
            ));
        }
        if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(AuthError::text(
                AuthErrorKind::UnusableToken,
                "the token contains a space, a control character or one beyond ASCII",
            ));
        }
        let mut authorization = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| {
            AuthError::text(
                AuthErrorKind::UnusableToken,
                "the token contains a character that no header field can have",
            )
        })?;
        authorization.set_sensitive(true);
        let expires = lifetime.and_then(|lifetime| {
            let margin = MARGIN.min(lifetime / 10);
            Instant::now().checked_add(lifetime.saturating_sub(margin))
        });
        Ok(Self {
            authorization,
            generation,
            expires,
            accepted: Arc::default(),
        })
    }

    /// A call with it was answered by anything but 401.
    pub fn accept(&self) {
        if !self.accepted.load(Ordering::Relaxed) {
            self.accepted.store(true, Ordering::Relaxed);
        }
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
    /// How many log-ins were begun.
    begun: u64,
    /// Generations of fresh tokens that were refused in a row.
    refusals: u32,
    /// No refused token is replaced before.
    paused_until: Option<Instant>,
}

/// A log-in that is under way.
#[derive(Clone)]
struct PendingLogIn {
    number: u64,
    progress: Arc<Progress>,
    /// Empty until the log-in has ended; closed if its runtime ended before.
    outcome: watch::Receiver<Option<LogInOutcome>>,
}

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
            Self::Granted(granted) if granted.lock().is_paused(refused) => Ok(None),
            Self::Granted(_) => self.newer_than(Some(refused.generation), waited).await,
            Self::None | Self::Brought(_) => Ok(None),
        }
    }

    /// A call was answered 401 with a token that had just replaced a refused one.
    pub fn refused_again(&self, fresh: &Token) {
        if let Self::Granted(granted) = self {
            granted.lock().refused_again(fresh);
        }
    }

    /// A call was answered with a token that had just replaced a refused one.
    pub fn replaced_well(&self) {
        if let Self::Granted(granted) = self {
            let mut state = granted.lock();
            state.refusals = 0;
            state.paused_until = None;
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
            let pending = {
                let mut state = self.lock();
                if let Some(token) = state.usable(refused) {
                    return Ok(token);
                }
                state.pending(|number| self.begin_log_in(number))
            };
            let mut outcome = pending.outcome.clone();
            let ended = outcome.wait_for(Option::is_some);
            let ended = match pending
                .progress
                .due()
                .and_then(|due| due.checked_add(GRACE))
            {
                None => ended.await,
                Some(late) => {
                    let Ok(ended) = timeout_at(late, ended).await else {
                        // Unless it has gone on to a next step meanwhile, it stands still.
                        self.lock().give_up(&pending);
                        continue;
                    };
                    ended
                }
            };
            // One that is closed without an outcome ended with its runtime: another begins.
            if let Ok(outcome) = ended {
                let outcome = outcome.as_ref().expect("it was waited for");
                // One that was under way has waited for others as well.
                *waited = waited.saturating_add(outcome.waited.min(began.elapsed()));
                return outcome.token.clone();
            }
        }
    }

    /// Starts a log-in. The lock is held, so there is one at a time.
    fn begin_log_in(self: &Arc<Self>, number: u64) -> PendingLogIn {
        let (sender, outcome) = watch::channel(None);
        let progress = Arc::<Progress>::default();
        let granted = self.clone();
        let known = progress.clone();
        let log_in = async move {
            // A panic of the user's transport or policy is an outcome as well: if it were none, those
            // who wait would begin another log-in, without end.
            let answer = caught(granted.log_in(&known)).await.unwrap_or_else(|| {
                Err(AuthError::text(
                    AuthErrorKind::Panicked,
                    "the transport or retry policy panicked",
                ))
            });
            let mut state = granted.lock();
            let token = answer.and_then(|answer| state.accept(answer));
            trace::logged_in(&token);
            if state.pending.as_ref().is_some_and(|it| it.number == number) {
                state.pending = None;
            }
            let waited = known.waited();
            sender.send_replace(Some(LogInOutcome { token, waited }));
        };
        // The call that has it logged in shows it in its trace.
        tokio::spawn(log_in.in_current_span());
        PendingLogIn {
            number,
            progress,
            outcome,
        }
    }

    async fn log_in(&self, progress: &Progress) -> Result<TokenAnswer, AuthError> {
        let log_in = |grant| self.host.log_in(&self.client, grant, progress);
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

    fn pending(&mut self, begin_log_in: impl FnOnce(u64) -> PendingLogIn) -> PendingLogIn {
        // One that is closed ended with its runtime.
        let is_open = |it: &PendingLogIn| it.outcome.has_changed().is_ok();
        let under_way = self.pending.take().filter(is_open);
        let pending = under_way.unwrap_or_else(|| {
            self.begun += 1;
            begin_log_in(self.begun)
        });
        self.pending.insert(pending).clone()
    }

    /// Forgets a log-in whose step is overdue, so that another begins.
    fn give_up(&mut self, late: &PendingLogIn) {
        let is_late = late
            .progress
            .due()
            .and_then(|due| due.checked_add(GRACE))
            .is_some_and(|late| late <= Instant::now());
        if is_late
            && self
                .pending
                .as_ref()
                .is_some_and(|it| it.number == late.number)
        {
            self.pending = None;
        }
    }

    /// Whether a token like the refused one would come of another log-in now.
    fn is_paused(&self, refused: &Token) -> bool {
        let is_newest = |token: &Token| token.generation <= refused.generation;
        self.token.as_ref().is_none_or(is_newest)
            && self
                .paused_until
                .is_some_and(|until| Instant::now() < until)
    }

    fn refused_again(&mut self, fresh: &Token) {
        let is_newest = |token: &Token| token.generation == fresh.generation;
        if !self.token.as_ref().is_some_and(is_newest) || self.is_paused(fresh) {
            return; // said before, by another call with the same token
        }
        self.refusals = self.refusals.saturating_add(1);
        if fresh.accepted.load(Ordering::Relaxed) && self.refusals < DOUBTS {
            return;
        }
        let doublings = self.refusals.saturating_sub(1).min(16);
        let pause = FIRST_PAUSE
            .saturating_mul(1 << doublings)
            .min(LONGEST_PAUSE);
        self.paused_until = Instant::now().checked_add(pause);
    }

    fn accept(&mut self, answer: TokenAnswer) -> Result<Token, AuthError> {
        // RFC 6749 section 7.1: a token of a type that one does not know must not be used.
        if !answer.token_type.eq_ignore_ascii_case("bearer") {
            return Err(AuthError::text(
                AuthErrorKind::NotAToken,
                "the log-in host gave a token that is not of the type Bearer",
            ));
        }
        let generation = self.token.as_ref().map_or(0, |token| token.generation) + 1;
        let token = Token::new(answer.access_token.reveal(), generation, answer.expires_in)?;
        if answer.refresh_token.is_some() {
            self.refresh_token = answer.refresh_token;
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

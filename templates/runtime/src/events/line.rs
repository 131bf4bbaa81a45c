//! The task of one channel: it feeds the [`Machine`] and does what that says.

use super::api;
use super::error::EventsError;
use super::item::{Notification, RejectedTopic};
use super::machine::Machine;
use super::queue::Queue;
use super::socket;
use super::steps::{Action, Input, Listed, Now, Timing};
use super::topic::Topic;
use crate::runtime::client::Client;
use jiff::Timestamp;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Frames that are read ahead of the machine.
const READ_AHEAD: usize = 64;

type Settled = oneshot::Sender<Result<Vec<RejectedTopic>, EventsError>>;

/// A new set of topics, and who waits for it.
pub struct Wish {
    pub topics: Vec<Topic>,
    pub settled: Settled,
}

/// What all lines of a stream share.
pub struct Shared {
    pub client: Client,
    pub queue: Queue,
    pub timing: Timing,
    /// Time for closing sockets and deleting channels at the end.
    pub close: Duration,
    /// One at a time makes channels, because each counts them first.
    pub creating: Mutex<()>,
}

pub struct Line {
    shared: Arc<Shared>,
    machine: Machine,
    began: Instant,
    began_wall: Timestamp,
    inputs: mpsc::UnboundedReceiver<Input>,
    report: mpsc::UnboundedSender<Input>,
    /// What sockets say, in its order; bounded, so that a slow reader slows the sockets.
    frames: mpsc::Receiver<Input>,
    frame_sender: mpsc::Sender<Input>,
    /// Of each socket: a ping for each `()`; the socket closes with its end.
    pings: HashMap<u64, mpsc::UnboundedSender<()>>,
    waiting: Vec<(u64, Settled)>,
    calls: JoinSet<()>,
    /// Sockets that close and channels that are deleted: what the end waits for.
    closing: JoinSet<()>,
}

impl Line {
    pub fn new(shared: Arc<Shared>) -> Self {
        let (report, inputs) = mpsc::unbounded_channel();
        let (frame_sender, frames) = mpsc::channel(READ_AHEAD);
        shared.queue.add_writer();
        Self {
            machine: Machine::new(shared.timing.clone(), fastrand::u64(..)),
            began: Instant::now(),
            began_wall: Timestamp::now(),
            inputs,
            report,
            frames,
            frame_sender,
            pings: HashMap::new(),
            waiting: Vec::new(),
            calls: JoinSet::new(),
            closing: JoinSet::new(),
            shared,
        }
    }

    fn now(&self) -> Now {
        let up = self.began.elapsed();
        // The wall clock alone knows how long a machine slept; a clock that is set back is not followed.
        let least = self.began_wall.checked_add(up);
        let wall = Timestamp::now().max(least.unwrap_or(self.began_wall));
        Now { up, wall }
    }

    /// Runs until nobody wishes any more.
    pub async fn run(mut self, mut wishes: mpsc::UnboundedReceiver<Wish>) {
        loop {
            let now = self.now();
            let deadline = self.began
                + self
                    .machine
                    .deadline(now)
                    .min(now.up + Duration::from_secs(3600));
            let input = tokio::select! {
                biased;
                wish = wishes.recv() => match wish {
                    Some(wish) => self.wish(wish),
                    None => break,
                },
                input = self.inputs.recv() => input.unwrap_or(Input::Tick),
                input = self.frames.recv() => input.unwrap_or(Input::Tick),
                () = tokio::time::sleep_until(deadline) => Input::Tick,
            };
            self.step(input).await;
        }
        let mut actions = Vec::new();
        self.inputs.close();
        while let Ok(input) = self.inputs.try_recv() {
            if let Input::Created { channel, .. } = input {
                actions.push(Action::Delete {
                    channel: channel.id,
                });
            }
        }
        self.frames.close();
        self.machine.handle(self.now(), Input::Stop, &mut actions);
        self.calls.abort_all();
        for action in actions {
            self.act(action);
        }
        self.shared.queue.remove_writer();
        let _ = tokio::time::timeout(self.shared.close, async {
            while self.closing.join_next().await.is_some() {}
        })
        .await;
    }

    fn wish(&mut self, wish: Wish) -> Input {
        self.waiting.push((self.machine.asked() + 1, wish.settled));
        Input::Want(wish.topics)
    }

    async fn step(&mut self, input: Input) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let mut actions = Vec::new();
            self.machine.handle(self.now(), input, &mut actions);
            let mut paused = false;
            for action in actions {
                match action {
                    Action::Give(item) => paused |= self.give(item).await,
                    action => self.act(action),
                }
            }
            inputs.extend(paused.then_some(Input::Paused));
        }
        // Ended tasks are forgotten.
        while self.calls.try_join_next().is_some() {}
        while self.closing.try_join_next().is_some() {}
    }

    /// Whether that took long enough for a silent socket to look dead.
    async fn give(&mut self, item: Notification) -> bool {
        let before = Instant::now();
        self.shared.queue.push(item).await;
        before.elapsed() >= Duration::from_millis(100)
    }

    fn act(&mut self, action: Action) {
        match action {
            Action::Give(_) => {}
            Action::Create { leg, instead_of } => self.create(leg, instead_of),
            Action::Open { leg, uri } => self.open(leg, uri),
            Action::Ping { leg } => {
                let _ = self.pings.get(&leg).map(|pings| pings.send(()));
            }
            Action::Subscribe {
                leg,
                channel,
                topics,
            } => {
                let client = self.shared.client.clone();
                self.call(async move {
                    match api::subscribe(&client, &channel, &topics).await {
                        Ok(rejected) => Input::Subscribed { leg, rejected },
                        Err(error) => Input::Refused {
                            leg,
                            gone: api::is_gone(&error),
                            error: EventsError::Call(Arc::new(error)),
                        },
                    }
                });
            }
            Action::List { leg, channel } => {
                let client = self.shared.client.clone();
                self.call(async move {
                    let topics = match api::topics(&client, &channel).await {
                        Ok(Some(topics)) => Listed::Topics(topics),
                        Ok(None) => Listed::Gone,
                        Err(error) => Listed::Unknown(EventsError::Call(Arc::new(error))),
                    };
                    Input::Listed { leg, topics }
                });
            }
            Action::Close { leg } => drop(self.pings.remove(&leg)),
            Action::Delete { channel } => {
                let client = self.shared.client.clone();
                self.closing.spawn(async move {
                    // A channel that cannot be deleted expires by itself.
                    let _ = api::delete(&client, &channel).await;
                });
            }
            Action::Settled { asked, result } => {
                let (settled, waiting) = std::mem::take(&mut self.waiting)
                    .into_iter()
                    .partition(|(it, _)| *it <= asked);
                self.waiting = waiting;
                let settled: Vec<(u64, Settled)> = settled;
                for (_, sender) in settled {
                    let _ = sender.send(result.clone());
                }
            }
        }
    }

    fn call(&mut self, call: impl Future<Output = Input> + Send + 'static) {
        let report = self.report.clone();
        self.calls.spawn(async move {
            let _ = report.send(call.await);
        });
    }

    fn create(&mut self, leg: u64, instead_of: Option<String>) {
        let shared = self.shared.clone();
        let report = self.report.clone();
        // Among what the end waits for: a channel that was made must be deleted.
        self.closing.spawn(async move {
            let _turn = shared.creating.lock().await;
            if let Some(old) = instead_of {
                let _ = api::delete(&shared.client, &old).await;
            }
            if report.is_closed() {
                return;
            }
            let input = match api::create(&shared.client).await {
                Ok(channel) => Input::Created { leg, channel },
                Err(error) => Input::Ended {
                    leg,
                    error: Some(error),
                },
            };
            if let Err(mpsc::error::SendError(Input::Created { channel, .. })) = report.send(input)
            {
                let _ = api::delete(&shared.client, &channel.id).await;
            }
        });
    }

    fn open(&mut self, leg: u64, uri: String) {
        let (sender, mut pings) = mpsc::unbounded_channel();
        self.pings.insert(leg, sender);
        let frames = self.frame_sender.clone();
        let client = self.shared.client.clone();
        self.closing.spawn(async move {
            let opened = tokio::select! {
                opened = socket::open(&client, &uri) => opened,
                // Closed before it was open.
                () = closed(&mut pings) => return,
            };
            let error = match opened {
                Ok(socket) => {
                    let _ = frames.send(Input::Opened { leg }).await;
                    match socket::run(socket, &frames, leg, &mut pings).await {
                        Some(error) => error,
                        None => return,
                    }
                }
                Err(error) => error,
            };
            let _ = frames
                .send(Input::Ended {
                    leg,
                    error: Some(error),
                })
                .await;
        });
    }
}

/// Waits until no ping can come any more.
async fn closed(pings: &mut mpsc::UnboundedReceiver<()>) {
    while pings.recv().await.is_some() {}
}

//! The stream that a user reads, and the lines behind it.

use super::api::CHANNELS;
use super::error::EventsError;
use super::item::{Notification, RejectedTopic};
use super::line::{Line, Shared, Wish};
use super::queue::{Overflow, Queue};
use super::steps::Timing;
use super::topic::Topic;
use crate::runtime::client::Client;
use futures_core::Stream;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::task::JoinHandle;

/// Topics that a channel takes.
pub const TOPICS_PER_CHANNEL: usize = 1000;

/// Settings of a stream of events, which [`subscribe`](Self::subscribe) begins.
#[derive(Clone, Debug)]
#[must_use = "nothing is subscribed yet"]
pub struct Events {
    client: Client,
    buffer: usize,
    overflow: Overflow,
    channels: usize,
    close: Duration,
    timing: Timing,
}

impl Events {
    pub(super) fn new(client: Client) -> Self {
        Self {
            client,
            buffer: 1024,
            overflow: Overflow::default(),
            channels: CHANNELS,
            close: Duration::from_secs(5),
            timing: Timing::default(),
        }
    }

    /// The most items that are buffered for a slow reader. Default 1,024, at least 1.
    pub fn buffer(mut self, items: usize) -> Self {
        self.buffer = items;
        self
    }

    /// What happens when the buffer is full; default [`Overflow::Wait`].
    pub fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// The most channels to spread topics over; default and most 20, which is what a client id may have.
    /// Moving to a new connection takes one more for some seconds; where there is none, the old channel
    /// ends first, and that is a [`Gap`](super::Gap).
    pub fn max_channels(mut self, count: usize) -> Self {
        self.channels = count.clamp(1, CHANNELS);
        self
    }

    /// A connection that is silent for this time is pinged; default 35 seconds, as the server's
    /// heartbeat comes every 30.
    pub fn heartbeat(mut self, time: Duration) -> Self {
        self.timing.heartbeat = time;
        self
    }

    /// The time for the answer to a ping, after which the connection is given up; default 10 seconds.
    pub fn pong_timeout(mut self, time: Duration) -> Self {
        self.timing.pong = time;
        self
    }

    /// How long the old and the new connection overlap when a channel moves; default 2 seconds.
    pub fn overlap(mut self, time: Duration) -> Self {
        self.timing.overlap = time;
        self
    }

    /// How often the API is asked whether it still has the subscriptions; default 5 minutes.
    pub fn verify_every(mut self, time: Duration) -> Self {
        self.timing.verify = time;
        self
    }

    /// The shortest and the longest wait between attempts to connect again, with jitter; default 0.5 and
    /// 30 seconds.
    pub fn backoff(mut self, shortest: Duration, longest: Duration) -> Self {
        self.timing.backoff_min = shortest;
        self.timing.backoff_max = longest.max(shortest);
        self
    }

    /// The time for closing sockets and deleting channels at the end; default 5 seconds. A channel that
    /// is not deleted in it expires after a day.
    pub fn close_timeout(mut self, time: Duration) -> Self {
        self.close = time;
        self
    }

    /// Subscribes, and waits until the API has granted or rejected each topic.
    ///
    /// # Errors
    /// A topic is not valid, there are too many topics or channels, or a call or the connection fails.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    pub async fn subscribe<I>(self, topics: I) -> Result<EventStream, EventsError>
    where
        I: IntoIterator,
        I::Item: Into<Topic>,
    {
        let mut stream = EventStream {
            shared: Arc::new(Shared {
                client: self.client,
                queue: Queue::new(self.buffer, self.overflow),
                timing: self.timing,
                close: self.close,
                creating: Mutex::new(()),
            }),
            channels: self.channels,
            lines: Vec::new(),
            rejected: Vec::new(),
        };
        // The stream itself counts as a writer, so that it does not end while it has no topic.
        stream.shared.queue.add_writer();
        stream.rejected = stream.subscribe(topics).await?;
        Ok(stream)
    }
}

/// A channel's task, and its topics.
struct Handle {
    topics: BTreeMap<Arc<str>, Topic>,
    wishes: mpsc::UnboundedSender<Wish>,
    task: JoinHandle<()>,
}

/// A stream of events, which stays up until it is dropped.
///
/// Dropping it closes its sockets and deletes its channels in the background;
/// [`close`](Self::close) waits for that.
pub struct EventStream {
    shared: Arc<Shared>,
    channels: usize,
    lines: Vec<Handle>,
    rejected: Vec<RejectedTopic>,
}

impl EventStream {
    /// The next item; `None` after the end of the stream.
    ///
    /// Dropping the future loses nothing.
    pub async fn next(&mut self) -> Option<Notification> {
        poll_fn(|context| self.shared.queue.poll_next(context)).await
    }

    /// Topics of the first subscription that the API did not grant.
    pub fn rejected(&self) -> &[RejectedTopic] {
        &self.rejected
    }

    /// The topics that were requested and not rejected at that time.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.lines.iter().flat_map(|line| line.topics.values())
    }

    /// Subscribes to more topics, and returns those that the API did not grant. A topic that is
    /// subscribed already is not asked for again.
    ///
    /// # Errors
    /// As [`Events::subscribe`]; earlier subscriptions stay.
    pub async fn subscribe<I>(&mut self, topics: I) -> Result<Vec<RejectedTopic>, EventsError>
    where
        I: IntoIterator,
        I::Item: Into<Topic>,
    {
        let known: BTreeSet<Arc<str>> = self.topics().map(Topic::shared_name).collect();
        let mut new = BTreeMap::new();
        for topic in topics {
            let topic = topic.into();
            if let Some(reason) = topic.fault() {
                let topic = topic.name().to_owned();
                return Err(EventsError::Topic { topic, reason });
            }
            if !known.contains(topic.name()) {
                new.insert(topic.shared_name(), topic);
            }
        }
        let (asked, limit) = (known.len() + new.len(), self.channels * TOPICS_PER_CHANNEL);
        if asked > limit {
            return Err(EventsError::TooManyTopics { asked, limit });
        }
        let mut changed = Vec::new();
        let mut new = new.into_iter();
        for line in 0..self.channels {
            let room = self.lines.get(line).map_or(TOPICS_PER_CHANNEL, |line| {
                TOPICS_PER_CHANNEL - line.topics.len()
            });
            let part: BTreeMap<_, _> = new.by_ref().take(room).collect();
            if part.is_empty() {
                continue;
            }
            if self.lines.len() == line {
                self.add_line();
            }
            let names: Vec<Arc<str>> = part.keys().cloned().collect();
            self.lines[line].topics.extend(part);
            changed.push((line, names));
        }
        self.wish(changed).await
    }

    /// Unsubscribes from topics.
    ///
    /// # Errors
    /// A call fails.
    pub async fn unsubscribe<I>(&mut self, topics: I) -> Result<(), EventsError>
    where
        I: IntoIterator,
        I::Item: Into<Topic>,
    {
        let names: BTreeSet<Arc<str>> = topics
            .into_iter()
            .map(|it| it.into().shared_name())
            .collect();
        let mut changed = Vec::new();
        for (index, line) in self.lines.iter_mut().enumerate() {
            let before = line.topics.len();
            line.topics.retain(|name, _| !names.contains(name));
            if line.topics.len() < before {
                changed.push((index, Vec::new()));
            }
        }
        self.wish(changed).await.map(drop)
    }

    /// Closes the sockets and deletes the channels, and waits for that, at most
    /// [`Events::close_timeout`]. Items that were not read are gone.
    pub async fn close(mut self) {
        self.shared.queue.close();
        let lines = std::mem::take(&mut self.lines);
        let tasks: Vec<JoinHandle<()>> = lines.into_iter().map(|line| line.task).collect();
        for task in tasks {
            let _ = task.await;
        }
    }

    fn add_line(&mut self) {
        let (wishes, receiver) = mpsc::unbounded_channel();
        let task = tokio::spawn(Line::new(self.shared.clone()).run(receiver));
        let topics = BTreeMap::new();
        self.lines.push(Handle {
            topics,
            wishes,
            task,
        });
    }

    /// Tells lines their topics and waits for their answers. Topics that were added to a line and
    /// failed are taken out again.
    async fn wish(
        &mut self,
        changed: Vec<(usize, Vec<Arc<str>>)>,
    ) -> Result<Vec<RejectedTopic>, EventsError> {
        let mut answers = Vec::new();
        for (index, added) in changed {
            let line = &self.lines[index];
            let (settled, answer) = oneshot::channel();
            let topics = line.topics.values().cloned().collect();
            let _ = line.wishes.send(Wish { topics, settled });
            answers.push((index, added, answer));
        }
        let mut rejected = Vec::new();
        let mut failed = None;
        for (index, added, answer) in answers {
            let topics = &mut self.lines[index].topics;
            match answer.await.unwrap_or(Err(EventsError::Closed)) {
                Ok(found) => {
                    for topic in &found {
                        topics.remove(&topic.topic);
                    }
                    rejected.extend(found);
                }
                Err(error) => {
                    for name in &added {
                        topics.remove(name);
                    }
                    failed.get_or_insert(error);
                }
            }
        }
        failed.map_or(Ok(rejected), Err)
    }
}

impl Stream for EventStream {
    type Item = Notification;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Notification>> {
        self.shared.queue.poll_next(context)
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        // The lines see that their wishes ended, and go.
        self.shared.queue.close();
        self.shared.queue.remove_writer();
    }
}

impl fmt::Debug for EventStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventStream")
            .field("channels", &self.lines.len())
            .field("topics", &self.topics().count())
            .finish_non_exhaustive()
    }
}

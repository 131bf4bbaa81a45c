//! Infers jobs: a POST that starts one, a GET for its state, a GET for its results. The docs do not
//! connect them, so their paths and the models of their answers decide. The overlay corrects wrong
//! results.

use super::described::Described;
use super::safe::child;
use spec::text::unnamed;
use spec::{Field, Job, Location, Method, Model, Operation, Page, Scalar};

/// Fields with the state.
const STATES: [&str; 4] = ["state", "status", "jobState", "jobStatus"];
/// Fields that say why a job failed.
const REASONS: [&str; 5] = [
    "errorMessage",
    "error",
    "errorInformation",
    "errorDetails",
    "errors",
];
/// The field that says how much is done.
const PERCENT: &str = "percentComplete";

// Documented states without regard to case, hyphens and the like. If a state is in no list, the job
// is doubtful.
const DONE: [&str; 6] = [
    "complete",
    "completed",
    "finished",
    "fulfilled",
    "succeeded",
    "success",
];
const FAILED: [&str; 8] = [
    "aborted",
    "canceled",
    "cancelled",
    "error",
    "expired",
    "failed",
    "failure",
    "terminated",
];
const GOES_ON: [&str; 14] = [
    "accepted",
    "created",
    "executing",
    "idle",
    "inprogress",
    "ongoing",
    "pending",
    "processing",
    "queued",
    "registered",
    "running",
    "scheduled",
    "started",
    "waiting",
];

/// What the paths say of one operation.
pub(super) enum Finding {
    /// It starts a job.
    Job(Job),
    /// It may start one; why that is not certain.
    Doubt(String),
}

/// The job that an operation starts; `None` for most.
pub(super) fn infer(page: &Page, operation: &Operation, models: &Described) -> Option<Finding> {
    if operation.method != Method::Post {
        return None;
    }
    let is_called_job = operation.path.ends_with("/jobs");
    let doubt = |why: String| is_called_job.then_some(Finding::Doubt(why));
    let Some(poll) = child(page, operation) else {
        return doubt(format!(
            "there is no GET {}/{{…}} for its state",
            operation.path
        ));
    };
    let results = format!("{}/results", unnamed(&poll.path));
    let mut operations = page.operations.iter();
    let results = operations.find(|it| it.method == Method::Get && unnamed(&it.path) == results);
    let Some(results) = results else {
        return doubt(format!(
            "there is no GET {}/results for its results",
            poll.path
        ));
    };
    Some(match job(operation, poll, results, models) {
        Ok(job) => Finding::Job(job),
        Err(why) => Finding::Doubt(why),
    })
}

fn job(
    operation: &Operation,
    poll: &Operation,
    results: &Operation,
    models: &Described,
) -> Result<Job, String> {
    for asked in [poll, results] {
        let mut parameters = asked.parameters.iter();
        if let Some(needed) = parameters.find(|p| p.required && p.location != Location::Path) {
            return Err(format!("{} needs `{}`", asked.id, needed.name));
        }
    }
    let started = returned(operation, models)?;
    let variable = poll.path.rsplit_once("/{").map_or("", |(_, last)| last);
    let variable = variable.trim_end_matches('}');
    let names = [variable, "id", "jobId"];
    let id = first(started, &names).ok_or_else(|| format!("{} has no id", started.name))?;
    let polled = returned(poll, models)?;
    let state = first(polled, &STATES).ok_or_else(|| format!("{} has no state", polled.name))?;
    let (done, failed) = states(polled, state)?;
    let reason = REASONS
        .into_iter()
        .find(|wire| polled.fields.iter().any(|field| field.wire_name() == *wire));
    Ok(Job {
        id: id.wire_name().to_owned(),
        poll: poll.id.clone(),
        results: results.id.clone(),
        state: state.wire_name().to_owned(),
        done,
        failed,
        reason: reason.map(str::to_owned),
        percent: first(polled, &[PERCENT]).map(|field| field.wire_name().to_owned()),
    })
}

fn returned<'m>(operation: &Operation, models: &'m Described) -> Result<&'m Model, String> {
    let model = operation.returns.own_model();
    let model = model.and_then(|name| models.get(name));
    let (id, returns) = (&operation.id, &operation.returns);
    model.ok_or_else(|| format!("no page describes {returns}, which {id} returns"))
}

/// The first of these fields that the model has, as text or number.
fn first<'m>(model: &'m Model, names: &[&str]) -> Option<&'m Field> {
    names.iter().find_map(|name| {
        let mut fields = model.fields.iter();
        let found = fields.find(|field| field.wire_name() == *name)?;
        found.ty.is_text_or_number().then_some(found)
    })
}

/// The documented states with results, and the final states without results.
fn states(model: &Model, field: &Field) -> Result<(Vec<String>, Vec<String>), String> {
    let name = format!("{}.{}", model.name, field.wire_name());
    let (mut done, mut failed) = (Vec::new(), Vec::new());
    for value in &field.values {
        let Scalar::String(state) = value else {
            return Err(format!("{name} has the state {value}, which is not text"));
        };
        let letters = state.chars().filter(char::is_ascii_alphanumeric);
        let word = letters.collect::<String>().to_ascii_lowercase();
        if DONE.contains(&word.as_str()) {
            done.push(state.clone());
        } else if FAILED.contains(&word.as_str()) {
            failed.push(state.clone());
        } else if !GOES_ON.contains(&word.as_str()) {
            return Err(format!(
                "it is unknown whether {name} `{state}` is a final state"
            ));
        }
    }
    if done.is_empty() {
        return Err(format!("no documented value of {name} means done"));
    }
    Ok((done, failed))
}

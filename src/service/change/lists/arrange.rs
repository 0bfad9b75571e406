//! Moving entries about on a list, and taking them off it.

use sea_orm::DbErr;

use super::open::OpenList;
use super::{Listed, Pick, named};
use crate::domain::placement::{self, Place};
use crate::service::change::session::{Session, refused, refused_with};
use crate::service::change::{Outcome, Subject};
use crate::service::write::Fault;

pub async fn shift(
    session: &Session,
    list: &Subject,
    pick: &Pick,
    place: Place<String>,
) -> Result<Outcome<Listed>, DbErr> {
    let (mut open, mut faults) = match open(session, list, pick).await? {
        Ok(open) => open,
        Err(refusals) => return Ok(Err(refusals)),
    };
    let moved = named::entries(&open.list, pick, &mut faults);
    let place = named::place(&open.list, place, &mut faults);
    let (Some(place), true) = (place, faults.is_empty()) else { return Ok(Err(refused(faults))) };
    let codes = codes(&open, &moved);
    placement::shift(&mut open.list.entries, &moved, place);
    open.save(session, codes).await
}

pub async fn remove(session: &Session, list: &Subject, pick: &Pick) -> Result<Outcome<Listed>, DbErr> {
    let (mut open, mut faults) = match open(session, list, pick).await? {
        Ok(open) => open,
        Err(refusals) => return Ok(Err(refusals)),
    };
    let gone = named::entries(&open.list, pick, &mut faults);
    if !faults.is_empty() {
        return Ok(Err(refused(faults)));
    }
    let codes = codes(&open, &gone);
    placement::remove(&mut open.list.entries, &gone);
    open.save(session, codes).await
}

/// Opens the list whose entries are named, with what is wrong with their number: too many are not looked at.
async fn open(session: &Session, list: &Subject, pick: &Pick) -> Result<Outcome<(OpenList, Vec<Fault>)>, DbErr> {
    let faults: Vec<Fault> = named::count("entryIds", pick.0.len()).into_iter().collect();
    Ok(match OpenList::named(session, "listId", list).await? {
        Err(refusal) => refused_with(refusal, faults),
        Ok(_) if pick.0.len() > crate::domain::limits::ENTRIES => Err(refused(faults)),
        Ok(open) => Ok((open, faults)),
    })
}

fn codes(open: &OpenList, at: &[usize]) -> Vec<String> {
    at.iter().map(|index| open.list.entries[*index].code.clone()).collect()
}

//! Which documents match, and how well.

use entity::kind::NodeKind;

use super::{row_of_document, write_kinds};
use crate::db::{Engine, Sql};
use crate::domain::search::document::literally;
use crate::domain::search::expression::Expression;
use crate::domain::search::query::{Clause, Query, QueryWord, Title};

/// How much of a query what was found has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    AllWords,
    MostWords,
    Corrected,
}

/// A query that is ready to be asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Search {
    pub query: Query,
    pub matching: Match,
}

/// A field of the documents: its column, and what a word in it is worth; half the field before.
const FIELDS: [(&str, u32); 5] = [
    ("search_document.title", 64),
    ("search_document.names", 32),
    ("search_document.topics", 16),
    ("search_document.body", 8),
    ("search_document.article", 4),
];
/// Words that begin as asked for, up to which SQLite's index is asked for each: with more of them it takes longer to learn which.
const NAMED: usize = 8;
/// The words of a query in a row in the title.
const IN_A_ROW: u32 = 32;
/// The title, an alias, the code or the ISBN is what was typed, endings of English words aside.
const OUTRIGHT: u32 = 100_000;
/// The title or an alias is what was typed, to the letter.
const LITERALLY: u32 = 2 * OUTRIGHT;

impl Search {
    /// What the index is asked; none where no word says what to look for.
    fn expression(&self) -> Option<Expression> {
        let wanted = match self.matching {
            Match::AllWords | Match::Corrected => self.query.all_words(),
            Match::MostWords => self.query.most_words(),
        }?;
        Some(match self.query.left_out() {
            None => wanted,
            Some(left_out) => Expression::Without(Box::new(wanted), Box::new(left_out)),
        })
    }

    /// Adds `(SELECT id, score, recommendations …) AS hit`: the rows of `kind` that match, and how well.
    pub(in crate::loader) fn write_hits(&self, sql: &mut Sql, kind: NodeKind) {
        let row = row_of_document(kind, "search_document.id");
        sql.push(&format!("(WITH hit AS MATERIALIZED (SELECT {row} AS id, "));
        self.write_score(sql);
        sql.push(" AS score, search_document.recommendations AS recommendations");
        self.write_from(sql, &[kind]);
        sql.push(") SELECT id, score, recommendations FROM hit) AS hit");
    }

    /// Adds `(SELECT id …) AS hit`: the rows of `kind` that match, where it does not matter how well.
    pub(in crate::loader) fn write_matches(&self, sql: &mut Sql, kind: NodeKind) {
        if let Some(expression) = self.told_by_index(sql.engine()) {
            let row = row_of_document(kind, "search_index.rowid");
            sql.push(&format!("(SELECT {row} AS id FROM search_index WHERE search_index MATCH "));
            write_question(sql, &expression);
            sql.push(" AND ");
            write_kinds(sql, "search_index.rowid", &[kind]);
        } else {
            let row = row_of_document(kind, "search_document.id");
            sql.push(&format!("(SELECT {row} AS id"));
            self.write_from(sql, &[kind]);
        }
        sql.push(") AS hit");
    }

    /// What SQLite's index is asked where it alone knows what matches: it has no phrases, and no rows that have nothing asked for.
    fn told_by_index(&self, engine: Engine) -> Option<Expression> {
        let phrased = self.query.clauses.iter().chain(&self.query.excluded).any(|clause| clause.is_phrase);
        self.expression().filter(|_| engine == Engine::Sqlite && !phrased)
    }

    /// Adds `FROM … WHERE …`: the documents of `kinds` that match.
    pub(super) fn write_from(&self, sql: &mut Sql, kinds: &[NodeKind]) {
        let expression = self.expression();
        match (sql.engine(), &expression) {
            (Engine::Sqlite, Some(expression)) => {
                // CROSS: the index leads, the planner is not to turn them around.
                sql.push(
                    " FROM search_index CROSS JOIN search_document ON search_document.id = search_index.rowid \
                     WHERE search_index MATCH ",
                );
                write_question(sql, expression);
            }
            (Engine::Postgres, Some(expression)) => {
                sql.push(" FROM search_document WHERE search_document.words @@ CAST(");
                sql.bind(expression.to_tsquery()).push(" AS tsquery)");
            }
            (engine, None) => {
                sql.push(" FROM search_document WHERE ");
                self.write_without_words(sql, engine);
            }
        }
        sql.push(" AND ");
        write_kinds(sql, "search_document.id", kinds);
        for phrase in self.query.clauses.iter().filter(|clause| clause.is_phrase) {
            sql.push(" AND ");
            write_phrase(sql, phrase);
        }
        for phrase in self.query.excluded.iter().filter(|clause| clause.is_phrase) {
            sql.push(" AND NOT ");
            write_phrase(sql, phrase);
        }
    }

    /// Blanks ask for everything, and so do words to be left out, but for those; signs without a word find nothing.
    fn write_without_words(&self, sql: &mut Sql, engine: Engine) {
        if self.query.excluded.is_empty() {
            sql.push(if self.query.is_blank { "TRUE" } else { "FALSE" });
            return;
        }
        match (engine, self.query.left_out()) {
            (_, None) => {
                sql.push("TRUE");
            }
            (Engine::Sqlite, Some(left_out)) => {
                sql.push("search_document.id NOT IN (SELECT rowid FROM search_index WHERE search_index MATCH ");
                write_question(sql, &left_out);
                sql.push(")");
            }
            (Engine::Postgres, Some(left_out)) => {
                sql.push("NOT search_document.words @@ CAST(").bind(left_out.to_tsquery()).push(" AS tsquery)");
            }
        }
    }

    /// Adds how well the current document matches: a whole number, the same on both engines. For each word of the query what
    /// the weightiest field that has it is worth, three quarters of it for the beginning of a word and a mended one.
    pub(super) fn write_score(&self, sql: &mut Sql) {
        sql.push("(0");
        if let Some(title) = &self.query.title {
            sql.push(" + CASE WHEN ");
            write_contains(sql, "search_document.exact", &format!("|{}|", literally(&title.texts)));
            sql.push(&format!(" THEN {LITERALLY} WHEN "));
            write_forms(sql, title, |sql, form| write_contains(sql, "search_document.exact", &format!("|{form}|")));
            sql.push(&format!(" THEN {OUTRIGHT} ELSE 0 END"));
            if self.query.clauses.len() > 1 {
                let open =
                    self.query.clauses.last().is_some_and(|clause| clause.words.iter().any(|word| word.is_prefix));
                let end = if open { "" } else { " " };
                sql.push(" + CASE WHEN ");
                write_forms(sql, title, |sql, form| {
                    write_contains(sql, "search_document.title", &format!(" {form}{end}"));
                });
                sql.push(&format!(" THEN {IN_A_ROW} ELSE 0 END"));
            }
        }
        for clause in &self.query.clauses {
            self.write_worth(sql, clause);
        }
        sql.push(")");
    }

    fn write_worth(&self, sql: &mut Sql, clause: &Clause) {
        let (last, fields) = (FIELDS[4], &FIELDS[..4]);
        let loose = clause.words.iter().any(|word| word.is_prefix || !word.corrections.is_empty());
        sql.push(" + CASE");
        let when = |sql: &mut Sql, (column, worth): (&str, u32)| {
            sql.push(" WHEN ");
            write_in_field(sql, column, clause, false);
            sql.push(&format!(" THEN {worth}"));
            if loose {
                sql.push(" WHEN ");
                write_in_field(sql, column, clause, true);
                sql.push(&format!(" THEN {}", worth * 3 / 4));
            }
        };
        for field in fields {
            when(sql, *field);
        }
        if self.matching == Match::MostWords {
            when(sql, last);
            sql.push(" ELSE 0 END");
        } else {
            // It is there, and nowhere else.
            sql.push(&format!(" ELSE {} END", last.1));
        }
    }
}

/// Adds what SQLite's index is asked. The beginning of a word is asked for as the words that begin so, where they are few: of
/// [`Expression::Prefix`] the index reads all documents before it says the first.
fn write_question(sql: &mut Sql, expression: &Expression) {
    let prefixes = expression.prefixes();
    for _ in &prefixes {
        sql.push("replace(");
    }
    sql.bind(expression.to_fts5());
    for (prefix, beginning) in prefixes {
        sql.push(", ")
            .bind(prefix.clone())
            .push(", (WITH RECURSIVE begun (word) AS (SELECT ")
            .bind(beginning.to_owned());
        // What follows a word is no less than the word with the least sign behind it.
        sql.push(
            " UNION ALL SELECT (SELECT term FROM search_vocabulary WHERE term >= begun.word || char(1) AND term < ",
        );
        sql.bind(format!("{beginning}{}", char::MAX));
        sql.push(&format!(" ORDER BY term LIMIT 1) FROM begun WHERE begun.word IS NOT NULL LIMIT {}", NAMED + 2));
        sql.push(&format!(") SELECT CASE WHEN COUNT(word) > {NAMED} THEN "));
        sql.bind(prefix).push(" ELSE '(' || group_concat('\"' || word || '\"', ' OR ') || ')' END FROM begun))");
    }
}

/// Adds the condition that a field has the words of a clause; `loose` also as beginnings, and as what they were mended to.
fn write_in_field(sql: &mut Sql, column: &str, clause: &Clause, loose: bool) {
    sql.push("((");
    for (index, word) in clause.words.iter().enumerate() {
        sql.push(if index > 0 { " AND " } else { "" });
        write_word(sql, column, word, loose);
    }
    sql.push(")");
    if let Some(joined) = &clause.joined {
        sql.push(" OR ");
        write_contains(sql, column, &format!(" {joined} "));
    }
    sql.push(")");
}

fn write_word(sql: &mut Sql, column: &str, word: &QueryWord, loose: bool) {
    let mut forms: Vec<String> = Vec::new();
    if loose && word.is_prefix {
        forms.push(format!(" {}", word.text));
    } else {
        forms.extend(word.forms().map(|form| format!(" {form} ")));
    }
    if loose {
        forms.extend(word.corrections.iter().map(|word| format!(" {word} ")));
    }
    any(sql, &forms, |sql, form| write_contains(sql, column, form));
}

/// Adds the condition that the words of a phrase follow each other in a field: as stems, or as they stand.
fn write_phrase(sql: &mut Sql, phrase: &Clause) {
    let row = |form: fn(&QueryWord) -> &str| phrase.words.iter().map(form).collect::<Vec<_>>().join(" ");
    let mut rows = vec![row(|word| &word.stem), row(|word| &word.text)];
    rows.dedup();
    any(sql, &FIELDS, |sql, (column, _)| {
        any(sql, &rows, |sql, row| write_contains(sql, column, &format!(" {row} ")));
    });
}

/// Adds the condition that holds for a title as stems, or as it is written.
fn write_forms(sql: &mut Sql, title: &Title, write: impl Fn(&mut Sql, &str)) {
    let mut forms = vec![title.stems.as_str(), title.texts.as_str()];
    forms.dedup();
    any(sql, &forms, |sql, form| write(sql, form));
}

fn any<T>(sql: &mut Sql, choices: &[T], write: impl Fn(&mut Sql, &T)) {
    sql.push("(");
    for (index, choice) in choices.iter().enumerate() {
        sql.push(if index > 0 { " OR " } else { "" });
        write(sql, choice);
    }
    sql.push(")");
}

fn write_contains(sql: &mut Sql, column: &str, text: &str) {
    let function = if sql.engine() == Engine::Sqlite { "instr(" } else { "strpos(" };
    sql.push(function).push(column).push(", ").bind(text.to_owned()).push(") > 0");
}

#[cfg(test)]
mod tests {
    use entity::kind::NodeKind;
    use rusqlite::Connection;
    use sea_orm::Statement;

    use super::{Match, Search};
    use crate::db::{Engine, Sql};
    use crate::domain::search::query::Query;

    /// The steps of SQLite's plan for the books in English that match.
    fn plan(query: &str) -> Vec<String> {
        let connection = Connection::open_in_memory().expect("memory is there");
        let schema = "CREATE TABLE item (id INTEGER PRIMARY KEY, kind TEXT, language TEXT);
            CREATE INDEX book_language ON item (language) WHERE kind = 'book';
            CREATE TABLE search_document (id INTEGER PRIMARY KEY, title TEXT, names TEXT, topics TEXT, body TEXT,
                article TEXT, exact TEXT);
            CREATE VIRTUAL TABLE search_index USING fts5 (words, content = '', contentless_delete = 1, detail = none);
            CREATE VIRTUAL TABLE search_vocabulary USING fts5vocab (search_index, instance);";
        connection.execute_batch(schema).expect("the schema is valid");
        let search = Search { query: Query::parse(query).expect("it is a query"), matching: Match::AllWords };
        let mut sql = Sql::new(Engine::Sqlite, "EXPLAIN QUERY PLAN SELECT COUNT(*) FROM ");
        search.write_matches(&mut sql, NodeKind::Book);
        sql.push(" JOIN item AS book ON book.id = hit.id WHERE book.kind = 'book' AND book.language = 'en'");
        let text = Statement::from(sql).to_string();
        let mut statement = connection.prepare(&text).expect("the statement is valid");
        let steps = statement.query_map([], |row| row.get("detail")).expect("it can be explained");
        steps.collect::<Result<_, _>>().expect("steps are texts")
    }

    #[test]
    fn the_index_of_words_is_searched_once_whatever_a_filter_selects() {
        for query in ["python data", "python dat", "\"python data\""] {
            let plan = plan(query);
            let step = |table: &str| plan.iter().position(|step| step.contains(table)).expect("it reads the table");
            assert!(step(" search_index ") < step(" book "), "{query}: {plan:?}");
        }
    }
}

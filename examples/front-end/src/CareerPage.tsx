import { getFragment, graphql, type FragmentType } from "./gql/index.js";
import { Html, Layout } from "./Layout.js";
import { Links } from "./Links.js";
import { ReadingList } from "./ReadingList.js";
import { ResourceCard } from "./ResourceCard.js";

const Career = graphql(`
  fragment CareerPage on Career {
    path
    title
    summary
    jsonLd
    article {
      readingTimeMinutes
      sections {
        anchor
        level
        heading
        blocks {
          __typename
          ... on ArticleProse { html }
          ... on ArticleEmbed { resource { ...ResourceCard } }
        }
      }
    }
    readingList { ...ReadingList }
    topics(first: 50) { nodes { ...Link } }
  }
`);

export function CareerPage(props: { career: FragmentType<typeof Career> }) {
  const career = getFragment(Career, props.career);
  return (
    <Layout title={career.title} description={career.summary} path={career.path} jsonLd={career.jsonLd}>
      <h1 dir="auto">{career.title}</h1>
      {career.summary && <p class="lead" dir="auto">{career.summary}</p>}
      {career.article && <p class="facts">{career.article.readingTimeMinutes} minutes to read</p>}
      {career.article?.sections.map(({ anchor, level, heading, blocks }) => {
        const Heading = `h${Math.min(Math.max(level, 2), 6)}` as "h2";
        return (
          <section>
            {heading && <Heading id={anchor} dir="auto">{heading}</Heading>}
            {blocks.map((block) => {
              if (block.__typename === "ArticleProse") return <Html html={block.html} />;
              return <ResourceCard resource={block.resource} />;
            })}
          </section>
        );
      })}
      <ReadingList heading="Reading list" list={career.readingList} />
      <Links heading="Topics" links={career.topics.nodes} />
    </Layout>
  );
}

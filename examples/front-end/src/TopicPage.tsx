import { getFragment, graphql, type FragmentType } from "./gql/index.js";
import { Layout } from "./Layout.js";
import { Links } from "./Links.js";
import { ReadingList } from "./ReadingList.js";

const Topic = graphql(`
  fragment TopicPage on Topic {
    path
    title
    summary
    jsonLd
    ancestors { ...Link }
    children(first: 100) { nodes { ...Link } }
    readingList { ...ReadingList }
    careers(first: 50) { nodes { ...Link } }
  }
`);

export function TopicPage(props: { topic: FragmentType<typeof Topic> }) {
  const topic = getFragment(Topic, props.topic);
  return (
    <Layout title={topic.title} description={topic.summary} path={topic.path} jsonLd={topic.jsonLd}>
      <Links links={topic.ancestors} />
      <h1 dir="auto">{topic.title}</h1>
      {topic.summary && <p class="lead" dir="auto">{topic.summary}</p>}
      <Links heading="Subtopics" links={topic.children.nodes} />
      <ReadingList heading="Start here" list={topic.readingList} />
      <Links heading="Careers" links={topic.careers.nodes} />
    </Layout>
  );
}

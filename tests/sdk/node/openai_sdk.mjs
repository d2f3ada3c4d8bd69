// Calls of OpenAI's Node SDK; prints what came of them as JSON. Arguments: base URL, key, kind of the provider, a text that is blocked.
import OpenAI from "openai";

const [baseURL, apiKey, kind, attack] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const messages = [{ role: "user", content: "Weather in Taipei?" }];
const tools = [{ type: "function", function: { name: "weather", parameters: { type: "object", properties: {} } } }];

const whole = await client.chat.completions.create({ model: `words-${kind}`, messages });
let streamed = "";
for await (const chunk of await client.chat.completions.create({ model: `words-${kind}`, messages, stream: true })) {
  streamed += chunk.choices[0]?.delta?.content ?? "";
}
const tool = await client.chat.completions.create({ model: `calling-${kind}`, messages, tools });
const toolStreamed = await client.chat.completions.stream({ model: `calling-${kind}`, messages, tools }).finalChatCompletion();
const twice = await client.chat.completions.stream({ model: `parallel-${kind}`, messages, tools }).finalChatCompletion();
const response = await client.responses.create({ model: `words-${kind}`, input: "Weather in Taipei?" });
const refusal = await client.chat.completions
  .create({ model: `words-${kind}`, messages: [{ role: "user", content: attack }] })
  .catch((error) => error);

const calls = (answer) => answer.choices[0].message.tool_calls.map(({ function: { name, arguments: written } }) => [name, JSON.parse(written)]);
const called = (answer) => calls(answer)[0];
console.log(
  JSON.stringify({
    whole: whole.choices[0].message.content,
    streamed,
    tool: called(tool),
    toolStreamed: called(toolStreamed),
    twiceStreamed: calls(twice),
    response: response.output_text,
    tokens: whole.usage.total_tokens,
    refused: [refusal.constructor.name, refusal.status, refusal.code],
  }),
);

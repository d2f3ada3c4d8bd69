// Calls of Vercel's AI SDK; prints what came of them as JSON. Arguments: base URL, key, kind of the provider, a text that is blocked.
import { createOpenAI } from "@ai-sdk/openai";
import { generateText, Output, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const [baseURL, apiKey, kind, attack] = process.argv.slice(2);
const govern = createOpenAI({ baseURL, apiKey });
const prompt = "Weather in Taipei?";
const tools = {
  weather: tool({
    description: "The weather of a city.",
    inputSchema: z.object({ city: z.string(), days: z.number() }),
    execute: async ({ city, days }) => `${city}: 28 for ${days} days`,
  }),
};
const report = Output.object({ schema: z.object({ city: z.string(), degrees: z.number() }) });

async function asked(model) {
  const options = { maxRetries: 0 };
  const whole = await generateText({ ...options, model: model(`words-${kind}`), prompt });
  const stream = streamText({ ...options, model: model(`words-${kind}`), prompt });
  let streamed = "";
  for await (const piece of stream.textStream) streamed += piece;
  const calling = { ...options, model: model(`calling-${kind}`), prompt, tools, stopWhen: stepCountIs(2) };
  const called = await generateText(calling);
  const calledInStream = streamText(calling);
  await calledInStream.consumeStream();
  const formed = await generateText({ ...options, model: model(`form-${kind}`), prompt, output: report });
  const refusal = await generateText({ ...options, model: model(`words-${kind}`), prompt: attack }).catch((error) => error);
  return {
    whole: whole.text,
    streamed,
    finished: [whole.finishReason, await stream.finishReason],
    tokens: [whole.usage.totalTokens, (await stream.usage).totalTokens],
    called: [called.steps[0].toolCalls[0].input, called.text],
    calledInStream: [(await calledInStream.steps)[0].toolCalls[0].input, await calledInStream.text],
    formed: formed.output,
    refused: [refusal.statusCode, JSON.parse(refusal.responseBody).error.code],
  };
}

console.log(JSON.stringify({ chat: await asked(govern.chat), responses: await asked(govern.responses) }));

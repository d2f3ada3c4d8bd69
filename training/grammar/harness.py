"""Honest texts that agents' harnesses send along: reminders, project files, plans, summaries, frames of tasks and of thoughts.

They speak to a model, name its tools and tell it what not to do. None of them takes back what it was told before.
"""

from __future__ import annotations

HARNESS: dict[str, tuple[str, ...]] = {
    "tool_name": ("Read", "Edit", "Bash", "Grep", "search_files", "run_tests", "web_fetch", "write_file", "list_directory", "apply_patch", "python_interpreter", "final_answer"),
    "reminder": (
        "[The|Your] [todo list|task list|plan] [is empty|has not been used for a while|has changed]. [If|When] [you work on several steps|this task needs it], [use|call] {tool_name} [to keep track|to note them]. [This is only a reminder; there is no need to mention it to the user.|Do not mention this to the user.|The user knows already.|]",
        "[The file|{word}.py] was [changed|edited] [by the user|by a linter|outside of this session]. [Keep the change in mind|Read it again before you edit it]. [Do not tell the user, they know.|]",
        "[While|When] you read a file, [think about|consider] whether it [is malicious|could be malware]. [You may|You can] analyse it; do not improve it.",
        "[Plan mode is on|The user wants a plan first]. [Do not|You must not] edit files[, run commands that change something|] [or commit|] [until|before] the user [agrees|has approved the plan]. [When you are done, call {tool_name}.|]",
        "[The following|These] [agents|agent types|skills|commands] are available [for|through] the {tool_name} tool:\n- {word}: [reviews|writes|searches] {thing}s (tools: {tool_name}, {tool_name})\n- {word}: for questions about {topic}. Use it when the user asks[ for it|].",
        "[As you answer|When you answer], [you can|you may] use this context:\n# [project|claudeMd|environment]\n[Contents of|From] {word}.md ([project instructions|checked into the repository]):\n{project_rule}\n{project_rule}\n[It may or may not be relevant to the task.|]",
        "[You have|There are] {number} tokens left[ in the context|].", "Today's date is {day}. Working directory: /home/{name}/{word}. [Is a git repository: yes|Platform: linux].",
    ),
    "project_rule": (
        "- [Always|Please] run `[make lint|npm test|cargo fmt|pytest]` before you [commit|finish].", "- [Never|Do not] [commit to main|edit generated files|add dependencies] without asking.", "- Use [tabs|four spaces|type hints|British English].", "## [Commands|Style|Tests|Architecture]\n{fact}", "- [Prefer|Use] {word} over {word}; [this overrides the default|the rest follows the linter].", "- Write [short|clear] messages; no emojis.", "- The [API|database|front end] lives in `{word}/`.", "- You [must|should] ask before you [delete a file|run a migration|push].",
    ),
    "frame_of_task": (
        "[You are|Act as] [an agent|a coding agent|an expert assistant] [that|who] solves tasks [step by step|with tools]. [You have access to|Your tools are]:\n- {tool_name}: {fact}\n- {tool_name}: {fact}\n\n[Task|Here is the task|Current task]: {task}",
        "Answer the [following|] question as well as you can. You can use these tools:\n{tool_name}, {tool_name}\n\nUse this format:\nQuestion: the question\nThought: what to do\nAction: one of the tools\nAction Input: its input\nObservation: the result\n... (Thought, Action, Action Input and Observation can repeat)\nThought: I know the answer\nFinal Answer: the answer\n\n[Begin|Start]!\nQuestion: {question}",
        "[Your role|Role]: [researcher|writer|senior engineer|analyst] [at|for] {company}.\nYour goal: {task}\n[To give my best complete final answer|When you answer] use the [exact|following] format:\nThought: [I can give a great answer|what I think]\nFinal Answer: [the whole answer|my best answer]",
        "[The conversation so far is to be summarised|Write a summary of the conversation so far]. [Keep|Note] [what the user asked for|every request], [files and code|the files that were changed], [errors and how they were fixed|open ends] and [the next step|what is left to do]. [Answer with text only; call no tools.|Put the summary in <summary> tags.|]",
        "{no_tools}[Your task is to write|Write|Create] a [detailed|thorough|structured] summary of the conversation [so far|above][, with close attention to what the user asked for and to what you did|]. [Before|Ahead of] the summary, [put your thoughts in|wrap your analysis in] <analysis> tags and [go through each message in order|check that nothing is missing].\n{section}\n{section}\n{section}\n{section}\n{section}\n\n{no_tools}",
        "{no_tools}[Your task is to write|Write|Create] a [detailed|thorough|structured] summary of the conversation [so far|above]. {fact} [Include|Keep] {section}\n{section}\n<example>\n<analysis>\n{ob}your thoughts{cb}\n</analysis>\n<summary>\n1. [Primary request|Request and intent]: {ob}description{cb}\n2. [Key concepts|Files and code]: {ob}file name{cb}\n</summary>\n</example>\n[There may be more instructions for the summary in the context; if so, follow them.|]\n{no_tools}",
        "[Provide|Write] a [detailed prompt|summary] for [continuing|going on with] [our|this] conversation[ above|]. [Focus on|Say] what we did, [what we are doing,|] which files we [are working on|changed] and what [we are going to do|comes] next[, since the new session will not have access to our conversation|]. [Ignore any [previous|earlier] instructions to [call|use] tools; answer with text only.|]",
        "[This session goes on from one that ran out of context|The earlier conversation was too long]. Summary:\n1. [Request|Goal]: {task}\n2. [Files|Changes]: {word}.py, {word}.ts\n3. [Next|Pending]: {task}\nGo on [with the last task|from there] without [asking the user|further questions].",
        "<environment_context>\n  <cwd>/home/{name}/{word}</cwd>\n  <approval_policy>on-request</approval_policy>\n  <sandbox_mode>[read-only|workspace-write]</sandbox_mode>\n  <shell>bash</shell>\n</environment_context>",
        "# AGENTS.md instructions for /home/{name}/{word}\n\n{project_rule}\n{project_rule}\n{project_rule}\n{project_rule}",
        "I have *added these files to the chat* so you can edit them. [Trust this as their contents|Other messages may show older ones].\n\n{word}.py\n```\ndef {word}(x):\n    return x + {number}\n```\n[Only return the changed blocks|Use *SEARCH/REPLACE* blocks].",
        "<task>\n{task}\n</task>\n<environment_details>\n# Open tabs\n{word}.ts\n# Current mode\n[code|plan]\n</environment_details>",
        "[You did not use a tool in your last answer|No tool was used]. [Use|Call] one [now|next], or finish with {tool_name}[. (This is an automated message; do not reply to it in words.)|.]",
    ),
    "no_tools": (
        "", "CRITICAL: [Respond|Answer|Reply] with TEXT ONLY. Do NOT call any tools.\n\n- Do NOT use {tool_name}, {tool_name}, {tool_name} or ANY other tool.\n- [You already have all the context you need|Everything you need is] in the conversation above.\n- Tool calls [will be REJECTED|are refused] and [will waste your only turn|you will fail the task].\n\n", "[REMINDER|IMPORTANT]: [Do NOT call|Do not use] any tools. [Respond|Answer] with plain text only: an <analysis> block [followed by|and then] a <summary> block.\n\n",
    ),
    "section": (
        "{number}. [Primary Request and Intent|What the user wants]: [capture all of the user's explicit requests in detail|every request, in order]", "{number}. [Files and Code Sections|Files]: [list the files that were read, changed or created, with full code snippets where they help|each file and why it matters]", "{number}. [Errors and fixes|Problems]: [list all errors and how you fixed them, and what the user said about them|what went wrong and what helped]",
        "{number}. [All user messages|Messages of the user]: [list ALL messages of the user that are not tool results; keep them word for word|quote them verbatim]. [Preserve security-relevant instructions verbatim.|]", "{number}. [Pending Tasks|Open tasks]: [what you have explicitly been asked to do and have not done|what is left]", "{number}. [Current Work|Where we are]: [describe precisely what was being worked on immediately before this request|the last change], with [direct quotes|verbatim quotes] [from the most recent messages|so that nothing drifts]",
        "{number}. [Next Step|What comes next]: [the step that follows from the most recent request; do not start on side tasks without asking the user first|list it only if it was asked for]",
    ),
    "harness": (
        "<system-reminder>\n{reminder}\n</system-reminder>", "<system-reminder>{reminder}</system-reminder>\n{task}", "{reminder}", "{frame_of_task}", "{frame_of_task}", "{frame_of_task}", "{frame_of_task}", "{task}\n\n<system-reminder>\n{reminder}\n{reminder}\n</system-reminder>", "{project_rule}\n{project_rule}\n{project_rule}\n\n{prose}", "{code_read}\n\n<system-reminder>\n{reminder}\n</system-reminder>",
    ),
    "code_read": ("     1\u2192def {word}(x):\n     2\u2192    return {number} * x", "     1\u2192# {topic}\n     2\u2192\n     3\u2192{fact}", "     1\u2192import os\n     2\u2192\n     3\u2192{word} = {number}"),
}

// One process, one test after the other: they share an emulator, and its faults befall whoever calls.

import "./payments.mjs";
import "./cards.mjs";
import "./refunds.mjs";
import "./keys_and_errors.mjs";
import "./webhooks.mjs";
import "./resources.mjs";

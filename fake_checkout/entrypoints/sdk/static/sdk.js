// The emulator's stand-in for https://sdk.mercadopago.com/js/v2: what is documented of it, and no more.
// The page that loads it hears what happens in a field, and never what is typed.

(() => {
  const script = new URL(document.currentScript.src);
  const frames = new URL(`${script.pathname}/field`, script);
  const api = new URL("../v1/", script);
  let numbers = 0;

  class Field {
    constructor(type, options, shop) {
      this.type = type;
      this.options = options;
      this.shop = shop;
      this.heard = {};
      window.addEventListener("message", this.hear);
    }

    // Only its own frame is heard.
    hear = ({ source, origin, data }) => {
      if (origin !== frames.origin || !this.frame || source !== this.frame.contentWindow) {
        return;
      }
      if (data.event === "hello") {
        this.tell({ setUp: this.options });
      }
      this.heard[data.event]?.forEach((callback) => callback({ field: this.type, ...data.told }));
    };

    tell(message) {
      this.frame.contentWindow.postMessage(message, frames.origin);
    }

    mount(container) {
      this.frame = document.createElement("iframe");
      this.frame.title = this.options.srLabel ?? this.type;
      const src = new URL(frames);
      src.hash = new URLSearchParams({ type: this.type, shop: location.origin });
      this.frame.src = src;
      document.getElementById(container).replaceChildren(this.frame);
      this.shop.set(this.type, this);
      return this;
    }

    unmount() {
      window.removeEventListener("message", this.hear);
      this.frame.remove();
      this.shop.delete(this.type);
    }

    on(event, callback) {
      (this.heard[event] ??= []).push(callback);
      return this;
    }

    update(properties) {
      this.tell({ update: properties });
      return this;
    }

    focus() {
      this.frame.focus();
      this.tell({ focus: true });
    }
  }

  class Fields {
    constructor(key) {
      this.key = key;
      this.mounted = new Map();
    }

    create(type, options = {}) {
      return new Field(type, options, this.mounted);
    }

    // The frame of the number asks for the token; the others are of one origin with it, and are read by it.
    createCardToken(holder) {
      const field = this.mounted.get("cardNumber");
      if (!field) {
        return Promise.reject(new Error("the field cardNumber is not mounted"));
      }
      const number = ++numbers;
      return new Promise((resolve, reject) => {
        field.on("token", ({ number: answered, token, errors }) => {
          if (answered === number) {
            (token ? resolve : reject)(token ?? errors);
          }
        });
        field.tell({ makeToken: { number, key: this.key, holder } });
      });
    }
  }

  window.MercadoPago = class MercadoPago {
    constructor(key) {
      this.key = key;
      this.fields = new Fields(key);
    }

    async getInstallments({ amount, bin }) {
      const url = new URL("payment_methods/installments", api);
      url.search = new URLSearchParams({ public_key: this.key, amount, bin });
      const answer = await fetch(url);
      const told = await answer.json();
      if (!answer.ok) {
        throw told;
      }
      return told;
    }
  };
})();

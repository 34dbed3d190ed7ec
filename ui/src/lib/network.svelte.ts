// Whether this computer is online, as reported by the system.

class Network {
  online = $state(navigator.onLine);

  start(): void {
    const read = () => (this.online = navigator.onLine);
    window.addEventListener("online", read);
    window.addEventListener("offline", read);
  }
}

export const network = new Network();

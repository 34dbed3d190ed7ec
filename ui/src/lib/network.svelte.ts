// Whether this computer has a network, as far as the system says.

class Network {
  online = $state(navigator.onLine);

  start(): void {
    const read = () => (this.online = navigator.onLine);
    window.addEventListener("online", read);
    window.addEventListener("offline", read);
  }
}

export const network = new Network();

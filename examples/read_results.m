% Read what `bige solve` and `bige collect` wrote. Run in the folder with solved/ and
% squats.nc, with read_sto.m on the path: addpath('examples'), read_results

if exist('OCTAVE_VERSION', 'builtin')
  pkg load netcdf
end

% One trial: activations over time
[time, activations, muscles] = read_sto('solved/squats1_activations.sto');
vastus = activations(:, strcmp(muscles, 'vasmed_r'));
[peak, when] = max(vastus);
fprintf('vasmed_r peaks at %.3f, at %.2f s\n', peak, time(when));

% Many repetitions: muscle x frame x repetition
activations = ncread('squats.nc', 'activations');
muscles = cellstr(ncread('squats.nc', 'muscle')');
trials = deblank(cellstr(ncread('squats.nc', 'trial')'));
peaks = squeeze(max(activations(strcmp(deblank(muscles), 'vasmed_r'), :, :), [], 2));
for k = 1:numel(peaks)
  fprintf('%s, repetition %d: %.3f\n', trials{k}, k, peaks(k));
end

% Mean over repetitions from 0 to 100 % of a squat, knee angle in degrees
q = ncread('squats.nc', 'motion');
coordinates = deblank(cellstr(ncread('squats.nc', 'coordinate')'));
knee = squeeze(q(strcmp(coordinates, 'knee_angle_r'), :, :)) * 180 / pi;
percent = linspace(0, 100, size(knee, 1));
middle = mean(knee, 2);
fprintf('mean knee flexion is largest at %.0f %%: %.1f deg\n', ...
        percent(middle == max(middle)), max(middle));
% plot(percent, knee, 'color', [0.7 0.7 0.7]); hold on; plot(percent, middle, 'k');
